"""Makes feeds of synthetic identities, for the night of a whole deployment.

feeds FOLDER NEW: of FOLDER/all every record becomes a row of its feed, with one activity where the feed needs one; FOLDER/model
holds a small whole synthetic area, whose files say how rows look. Twice NEW records drawn at random go to FOLDER/night1 and
FOLDER/night2, the others to FOLDER/base.
seconds DEPLOYMENT: what the last run's linking took and read, and how long it took until everybody was at hand.
"""

import csv
import json
import pathlib
import random
import resource
import sqlite3
import sys

# The last month that the synthetic area tells of, and the days that the files are of.
MONTH, BASE, NIGHT = "2026-10", "2026-10-30", "2026-10-31"
SEXES = {"F": "2", "M": "1"}


def gp(row, who, n, day):
    row |= {"practice_code": who["org"], "patient_id": who["id"], "nhs_number": who["nhs_number"]}
    row |= {"family_name": who["family_name"], "given_name": who["given_name"], "sex": who["sex"]}
    row |= {"date_of_birth": who["date_of_birth"], "address_1": who["address"], "postcode": who["postcode"]}
    return row | {"deregistration_date": "", "date_of_death": "", "extract_date": day}


def hospital(row, who, n, day):
    row |= {"AEKEY": str(n), "ARRIVALDATE": day, "PROCODE3": who["org"], "LOPATID": who["id"], "SUSLDDATE": day}
    row |= {"NEWNHSNO": who["nhs_number"], "DOB": who["date_of_birth"], "HOMEADD": who["postcode"]}
    return row | {"SEX": SEXES.get(who["sex"], "0"), "FORENAME": who["given_name"], "SURNAME": who["family_name"]}


def contact(row, who, n, day):
    row |= {"OrgIDProv": who["org"], "LocalPatientId": who["id"], "CareContactId": str(n), "CareContDate": day}
    row |= {"NHSNumber": who["nhs_number"], "PersonBirthDate": who["date_of_birth"], "ReportingPeriodEnd": day}
    row |= {"FamilyName": who["family_name"], "GivenName": who["given_name"], "Postcode": who["postcode"]}
    return row | {"Gender": SEXES.get(who["sex"], "X")}


def council(row, who, n, day):
    row |= {"LA_Code": who["org"], "LA_Person_Unique_Identifier": who["id"], "NHS_Number": who["nhs_number"]}
    row |= {"Given_Name": who["given_name"], "Family_Name": who["family_name"], "Postcode": who["postcode"]}
    row |= {"Date_of_Birth": who["date_of_birth"], "Gender": {"F": "Female", "M": "Male"}.get(who["sex"], "")}
    row |= {"Event_Reference": str(n), "Event_Start_Date": day, "Event_End_Date": day, "Date_of_Death": ""}
    return row | {"Reporting_Period_Start": MONTH + "-01", "Reporting_Period_End": day}


# Of each file of identities: the feed that its rows become, the end of that feed's files' names, and how a row is made.
FEEDS = {
    "gp": ("gp", "_patients", gp),
    "sus_apc": ("sus_ae", "", hospital),
    "csds": ("csds", "_contacts", contact),
    "mhsds": ("mhsds", "_contacts", contact),
    "cld": ("cld", "", council),
}


def model(folder, feed, end):
    path = next(path for path in sorted((folder / "model" / feed).glob(f"*/{feed}_*{end}.csv")))
    with open(path, encoding="utf-8-sig") as lines:
        return next(csv.DictReader(lines))


def feeds(folder, new):
    random.seed(5)
    # A file a practice and part stays open.
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    rows = {}
    for name in FEEDS:
        with open(folder / "all" / f"{name}.csv") as lines:
            rows[name] = sum(1 for _ in lines) - 1
    every = sum(rows.values())
    for name, (feed, end, make) in FEEDS.items():
        like = model(folder, feed, end)
        count = round(new * rows[name] / every)
        drawn = random.sample(range(rows[name]), 2 * count)
        where = dict.fromkeys(drawn[:count], "night1") | dict.fromkeys(drawn[count:], "night2")
        files = {}
        with open(folder / "all" / f"{name}.csv") as lines:
            for n, who in enumerate(csv.DictReader(lines)):
                who["org"], who["id"] = who["source_person"].split(":")
                part = where.get(n, "base")
                day = BASE if part == "base" else NIGHT
                at = (part, who["org"])
                if at not in files:
                    path = folder / part / feed / f"{feed}_{who['org']}_{MONTH}{end}.csv"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    files[at] = csv.DictWriter(open(path, "w"), list(like), lineterminator="\n")
                    files[at].writeheader()
                files[at].writerow(make(dict(like), who, n, day))


def seconds(deployment):
    store = sqlite3.connect(deployment / "wsic.db")
    text = "SELECT s.counts FROM run_step s JOIN run r ON r.id = s.run_id WHERE s.step = 'link' ORDER BY r.started_at DESC"
    counts = json.loads(store.execute(text).fetchone()[0])
    print(f"  linked: {counts['link_seconds']:.1f} s, with everybody at hand for the steps after: {counts['seconds']:.1f} s")
    print(f"  {counts['batches_read']} batches read, {counts['identities']} records")


folder = pathlib.Path(sys.argv[2])
if sys.argv[1] == "feeds":
    feeds(folder, int(sys.argv[3]))
else:
    seconds(folder)
