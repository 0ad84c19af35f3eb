"""Parts synthetic identities into those known and a night's new ones, and scores what was found of the new ones.

part FOLDER NEW: of FOLDER/all, NEW records from all files go to FOLDER/night, the others to FOLDER/base; writes spec.toml.
score FOLDER: pairwise precision and recall of pairs with a new record, by FOLDER/all/truth.csv.
"""

import collections
import csv
import pathlib
import random
import sys

FEEDS = ["gp", "sus_apc", "csds", "mhsds", "cld"]
SPEC = """mode = "link_and_dedupe"
[columns]
source_person = "id"
nhs_number = "nhs_number"
family_name = "family_name"
given_name = "given_name"
date_of_birth = "date_of_birth"
sex = "sex"
address = "address"
postcode = "postcode"
"""


def part(folder, new):
    random.seed(5)
    for name in ["base", "night"]:
        (folder / name).mkdir(exist_ok=True)
    rows = {}
    for feed in FEEDS:
        with open(folder / "all" / f"{feed}.csv") as lines:
            rows[feed] = sum(1 for _ in lines) - 1
    every = sum(rows.values())
    for feed in FEEDS:
        chosen = set(random.sample(range(rows[feed]), round(new * rows[feed] / every)))
        with (
            open(folder / "all" / f"{feed}.csv") as lines,
            open(folder / "base" / f"{feed}.csv", "w") as base,
            open(folder / "night" / f"{feed}.csv", "w") as night,
        ):
            head = next(lines)
            base.write(head)
            night.write(head)
            for n, line in enumerate(lines):
                (night if n in chosen else base).write(line)
    (folder / "spec.toml").write_text(SPEC)


def clusters(path):
    with open(path) as lines:
        return {(row["file"][:-4], row["id"]): row["cluster"] for row in csv.DictReader(lines)}


def score(folder):
    with open(folder / "all" / "truth.csv") as lines:
        truth = {(r["source"], r["source_person"]): r["true_person"] for r in csv.DictReader(lines)}
    night = clusters(folder / "found" / "clusters.csv")
    found = clusters(folder / "out" / "clusters.csv") | night
    by_cluster, by_person = collections.defaultdict(list), collections.defaultdict(list)
    for record, cluster in found.items():
        by_cluster[cluster].append(record)
        by_person[truth[record]].append(record)
    right = said = true = 0
    for record in night:
        # A pair of two new records is counted once.
        others = [o for o in by_cluster[found[record]] if o != record and (o not in night or o > record)]
        said += len(others)
        right += sum(truth[other] == truth[record] for other in others)
        true += sum(o != record and (o not in night or o > record) for o in by_person[truth[record]])
    print(f"of {true} true pairs with a new record: precision {right / said:.5f}, recall {right / true:.5f}")


folder = pathlib.Path(sys.argv[2])
if sys.argv[1] == "part":
    part(folder, int(sys.argv[3]))
else:
    score(folder)
