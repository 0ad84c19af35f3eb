"""UK people in households: about 20,000 records of 8,500 people, as one file to deduplicate and as two files to link.

What is hard in it: families who share name, address, postcode and phone; twins; father and son of one name; women who change name
and move; newborns without a name; names spelled by ear, given and family name changed over, Chinese order; day and month swapped,
1 January and 1900-01-01 as stand-ins; a hostel with one postcode; NHS numbers in 60 % of records, 0.5 % of those wrong or another's.
Nobody in it lives: NHS numbers are from ranges never issued, postcodes end in letters that no postcode has.
"""
import csv
import random
import sys
import unicodedata
from datetime import date, timedelta
from pathlib import Path

from names import SHARES, SWAPS_ORDER, given_for, nickname, respell, tables, typo, weights
from small import spec, write_truth

COLUMNS = {
    "record_id": "id", "nhs_number": "nhs_number", "given_name": "given_name", "middle_name": "middle_name", "family_name": "family_name", "date_of_birth": "date_of_birth", "sex": "sex",
    "address_line_1": "address", "address_line_2": "address", "town": "address", "postcode": "postcode", "phone": "phone", "email": "email",
}
OTHER = {  # the second file of the two: other names, other ways to write
    "ref": "id", "nhs_no": "nhs_number", "forename": "given_name", "other_names": "middle_name", "surname": "family_name", "dob": "date_of_birth", "gender": "sex",
    "address1": "address", "address2": "address", "post_town": "address", "pcode": "postcode", "tel": "phone", "email_address": "email",
}
STREETS = "Station Church High Park Victoria Manor Grange Mill Queens Kings Albert York Windsor Springfield Chestnut Elm Oak Cedar Willow Alexandra Stanley George Green School North South West Lansdowne Clarence Richmond Devonshire Warwick Kensington Beech Highfield Hillside Meadow Orchard Woodland Rectory Nelson Wellington Cromwell Salisbury Dukes Belmont Clifton Cambridge Oxford Harrow Ealing Acton Hanger Uxbridge Northfield Popes Boston Cranbourne Lyon Pinner Roxeth Whitmore Kenton Sudbury Wembley Preston Carlton Chatsworth Christchurch Donnington Fernhead Fordwych Goldhawk Hazelmere Ivybridge Jubilee Kilburn Larch Maple Norfolk Osborne Paddock Quarry Ravenscourt Shirland Tudor Upper Vale Walnut Yew".split()
KINDS = [("Road", "Rd"), ("Street", "St"), ("Avenue", "Ave"), ("Close", "Cl"), ("Lane", "La"), ("Gardens", "Gdns"), ("Drive", "Dr"), ("Court", "Ct"), ("Way", "Way"), ("Crescent", "Cres"), ("Terrace", "Terr"), ("Place", "Pl")]
TOWNS = {"Harrow": ("HA1", "HA2", "HA3"), "Wembley": ("HA0", "HA9"), "Ealing": ("W5", "W13"), "Acton": ("W3",), "Hounslow": ("TW3", "TW4", "TW5"), "Southall": ("UB1", "UB2"), "Hayes": ("UB3", "UB4"), "Uxbridge": ("UB8", "UB10"),
         "Brent": ("NW2", "NW10"), "Kilburn": ("NW6",), "Hammersmith": ("W6", "W12"), "Fulham": ("SW6",), "Kensington": ("W8", "W10", "W11"), "Westminster": ("W2", "W9", "SW1V"), "Northwood": ("HA6",), "Ruislip": ("HA4",)}
HARD_START = {"east_african": 0.3, "arab": 0.2, "iranian": 0.12, "west_african": 0.12, "muslim_asian": 0.08}
TODAY = date(2026, 6, 1)


def nhs_number(dice):
    while True:
        nine = f"9{dice.randrange(10**8):08}"
        check = 11 - sum(int(d) * w for d, w in zip(nine, range(10, 1, -1))) % 11
        if check != 10:
            return nine + str(check % 11)


def plain(text):
    text = text.replace("ł", "l").replace("Ł", "L")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


class World:
    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.family, self.given = tables()
        self.family_weights = {c: weights(n) for c, n in self.family.items()}
        self.given_weights = {c: weights(n, flat=12) for c, n in self.given.items()}
        self.codes = {}
        self.people = []

    def chance(self, share):
        return self.dice.random() < share

    def surname(self, custom):
        return self.dice.choices(self.family[custom], self.family_weights[custom])[0]

    def first(self, custom, sex, year):
        names = given_for(self.given, custom, sex, year)
        return self.dice.choices(names, weights(names, flat=12))[0]

    def address(self):
        d = self.dice
        town = d.choice(list(TOWNS))
        road = (d.choice(STREETS), *d.choice(KINDS), town)
        if road not in self.codes:  # a road has a postcode or a few
            self.codes[road] = [f"{d.choice(TOWNS[town])} {d.randint(1, 9)}{d.choice('ABDEFGHJLNPQRSTUWXYZ')}{d.choice('CIKMOV')}" for _ in range(d.choice((1, 1, 2, 3)))]
        flat = f"Flat {d.choice([str(d.randint(1, 24)), str(d.randint(1, 9)) + d.choice('ABC')])}" if self.chance(0.33) else ""
        return {"flat": flat, "number": str(d.randint(1, 180)) + (d.choice("AB") if self.chance(0.05) else ""), "road": road, "postcode": d.choice(self.codes[road])}

    def person(self, custom, sex, born, surname, home):
        d = self.dice
        given = self.first(custom, sex, born.year)
        if custom == "chinese" and self.chance(0.6):
            given = given + " " + self.first(custom, sex, born.year)
        if custom == "punjabi":  # Singh and Kaur as middle or as family name
            middle = "Singh" if sex == "M" else "Kaur"
        else:
            middle = self.first(custom, sex, born.year) if self.chance(0.45) else ""
        if born > date(1900, 1, 1) and self.chance(HARD_START.get(custom, 0.0)) and born.year < 2005:
            born = date(born.year, 1, 1)
        person = {"id": len(self.people), "custom": custom, "sex": sex, "born": born, "given": given, "middle": middle, "surname": surname, "home": home, "old": None, "maiden": None,
                  "nhs": nhs_number(d), "phone": "07" + "".join(d.choices("0123456789", k=9)), "unnamed": None}
        person["email"] = f"{plain(given).split()[0].lower()}.{plain(surname).replace(' ', '').replace(chr(39), '').lower()}{d.randint(1, 99)}@{d.choice(['mail.example', 'post.example', 'inbox.example'])}"
        self.people.append(person)
        return person

    def born(self, low, high):
        return TODAY - timedelta(days=int(self.dice.uniform(low, high) * 365.25))

    def household(self, custom):
        d, home = self.dice, self.address()
        surname = self.surname(custom)
        members, kind = [], d.random()
        age = d.uniform(20, 90)
        one = self.person(custom, d.choice("MF"), self.born(age, age + 1), surname, home)
        members.append(one)
        if kind > 0.32:
            two = self.person(custom, "F" if one["sex"] == "M" else "M", self.born(max(18, age - 7), age + 6), surname, home)
            members.append(two)
            wife = one if one["sex"] == "F" else two
            if self.chance(0.35):
                wife["maiden"] = self.surname(custom)
                if self.chance(0.75):
                    wife["old"] = self.address()
            if custom in ("muslim_asian", "east_african", "arab", "tamil", "chinese") and self.chance(0.6) or self.chance(0.12):
                wife["surname"], wife["maiden"] = wife["maiden"] or self.surname(custom), None
        if kind > 0.5:
            oldest = min(22.0, max(0.0, age - 24))
            for _ in range(d.choice((1, 1, 2, 2, 2, 3, 4, 5))):
                self.child(custom, surname, home, members, oldest)
        if kind > 0.93:  # a grandparent
            members.append(self.person(custom, d.choice("MF"), self.born(age + 22, age + 30), surname, home))
        for m in members:
            if m["old"] is None and self.chance(0.14):
                m["old"] = self.address()
            if (TODAY - m["born"]).days < 365 * 15 and self.chance(0.9):
                m["phone"], m["email"] = members[0]["phone"], members[0]["email"]
        if self.chance(0.2):  # a family moves together
            was = self.address()
            for m in members:
                m["old"] = was
        return members

    def child(self, custom, surname, home, members, oldest):
        d = self.dice
        if custom in ("east_african", "tamil") and members[0]["sex"] == "M" and self.chance(0.7):
            surname = members[0]["given"]  # named after the father
        sex, born = d.choice("MF"), self.born(0, oldest + 0.3)
        if oldest < 1 or self.chance(0.06):
            born = self.born(0, 1)
        child = self.person(custom, sex, born, surname, home)
        parent = next((m for m in members if m["sex"] == "M"), None)
        if sex == "M" and parent and self.chance(0.07):
            child["given"] = parent["given"]
            child["middle"] = parent["middle"] if self.chance(0.5) else child["middle"]
        mother = next((m for m in members if m["sex"] == "F"), members[0])
        if (TODAY - born).days < 400 and self.chance(0.7):
            child["unnamed"] = mother["given"]
        members.append(child)
        if self.chance(0.05):
            twin = self.person(custom, sex if self.chance(0.65) else "F" if sex == "M" else "M", born, surname, home)
            if self.chance(0.35):  # names that sound alike
                names = [n for n in given_for(self.given, custom, twin["sex"], born.year) if n[0] == child["given"][0] and n != child["given"]]
                twin["given"] = d.choice(names) if names else twin["given"]
            twin["unnamed"] = child["unnamed"]
            members.append(twin)


class Desk:
    """Writes one record of a person, as a clerk would."""

    def __init__(self, world):
        self.world, self.dice, self.chance = world, world.dice, world.chance

    def names(self, p, early):
        d = self.dice
        given, middle, surname = p["given"], p["middle"], p["surname"]
        foreign = p["custom"] not in ("british", "irish", "caribbean")
        if p["maiden"] and early:
            surname = p["maiden"] if self.chance(0.9) else f"{p['maiden']}-{surname}"
        if p["unnamed"] and early:
            given = d.choice(["Baby", f"Baby of {p['unnamed']}", f"B/O {p['unnamed']}", "Baby Girl" if p["sex"] == "F" else "Baby Boy", "", "Infant"])
            middle = ""
        if p["custom"] == "punjabi" and self.chance(0.2):
            surname, middle = middle or surname, surname if self.chance(0.3) else ""
        if p["custom"] == "chinese" and " " in given:
            given = d.choice([given, given, given.replace(" ", "-"), given.replace(" ", "").capitalize(), given.split()[0]])
        if p["custom"] == "south_european" and self.chance(0.12):
            surname = f"{surname} {self.world.surname('south_european')}"
        if foreign:
            if self.chance(0.13):
                given = respell(given, d)
            if self.chance(0.09):
                surname = respell(surname, d)
            if self.chance(0.6):
                given, middle, surname = plain(given), plain(middle), plain(surname)
        elif self.chance(0.05):
            given = nickname(given, d)
        if self.chance(0.02):
            given = typo(given, d)
        if self.chance(0.025):
            surname = typo(surname, d)
        if self.chance(0.012):
            given = given[:1]
        if middle and self.chance(0.02):
            given, middle = middle, given
        if self.chance((0.2 if p["custom"] == "chinese" else 0.06) if p["custom"] in SWAPS_ORDER else 0.006):
            given, surname = surname, given
        middle = middle if self.chance(0.45) else middle[:1] if self.chance(0.4) else ""
        if self.chance(0.2):
            given, middle, surname = given.upper(), middle.upper(), surname.upper()
        return ("" if self.chance(0.004) else given), middle, ("" if self.chance(0.002) else surname)

    def birth(self, p):
        d, born = self.dice, p["born"]
        roll = d.random()
        if roll < 0.012:
            return None
        if roll < 0.019:
            return (1900, 1, 1)
        if roll < 0.029 and born.day <= 12:
            return (born.year, born.day, born.month)
        if roll < 0.036 or roll < 0.10 and HARD_START.get(p["custom"]) and roll < 0.03 + HARD_START[p["custom"]] / 5:
            return (born.year, 1, 1)
        if roll > 0.985:
            return (born.year + d.choice((-10, -1, -1, 1, 1, 10)), born.month, min(born.day, 28))
        if roll > 0.975:
            return (born.year, born.month, min(28, max(1, born.day + d.choice((-10, -1, 1, 2, 10)))))
        return (born.year, born.month, born.day)

    def home(self, p, early):
        d = self.dice
        home = p["old"] if early and p["old"] else p["home"]
        street, kind, short, town = home["road"]
        road = f"{street} {short if self.chance(0.2) else kind}"
        if self.chance(0.02):
            road = typo(road, d)
        code = home["postcode"]
        roll = d.random()
        if roll < 0.03:
            code = ""
        elif roll < 0.045:
            code = typo(code, d).upper()
        elif roll < 0.2:
            code = code.replace(" ", "")
        number = home["number"]
        line = f"{number} {road}"
        first, second = (home["flat"], line) if home["flat"] and self.chance(0.5) else (f"{home['flat']}, {line}" if home["flat"] and self.chance(0.9) else line, "")
        if home["flat"] and self.chance(0.1):
            first, second = f"{home['flat'].split()[-1]}/{number} {road}", ""
        if self.chance(0.025):
            first = second = town = ""
        if self.chance(0.12):
            first, second, town = first.upper(), second.upper(), town.upper()
        return first, second, town if self.chance(0.85) else d.choice(["London", "Middlesex", ""]), code

    def number(self, p, house):
        d = self.dice
        if p["unnamed"] and self.chance(0.5) or not self.chance(0.6):
            return ""
        if self.chance(0.005):
            if self.chance(0.5) and len(house) > 1:
                return d.choice([m for m in house if m is not p])["nhs"]
            at = d.randrange(9)
            n = p["nhs"]
            return n[:at] + n[at + 1] + n[at] + n[at + 2:] if self.chance(0.5) else n[:at] + str(d.randrange(10)) + n[at + 1:]
        return p["nhs"]

    def record(self, p, house, early):
        given, middle, surname = self.names(p, early)
        first, second, town, code = self.home(p, early)
        sex = "" if self.chance(0.02) else ("F" if p["sex"] == "M" else "M") if self.chance(0.002) else p["sex"]
        phone = "" if self.chance(0.35) else p["phone"] if self.chance(0.9) else "07" + "".join(self.dice.choices("0123456789", k=9))
        email = "" if self.chance(0.55) else p["email"] if self.chance(0.92) else typo(p["email"], self.dice)
        return [self.number(p, house), given, middle, surname, self.birth(p), sex, first, second, town, code, phone, email]


def population(world, records):
    houses, total = [], 0
    hostel, homes = world.address(), 0
    customs, shares = list(SHARES), list(SHARES.values())
    while total < records / 2.35:
        custom = world.dice.choices(customs, shares)[0]
        if homes < 150 and world.chance(0.04):  # one hostel: strangers at one address
            house = [world.person(custom, "M" if world.chance(0.8) else "F", world.born(18, 70), world.surname(custom), hostel)]
            homes += 1
        else:
            house = world.household(custom)
        houses.append(house)
        total += len(house)
    return houses


def iso(day):
    return "" if day is None else "%04d-%02d-%02d" % day


def british(day):
    return "" if day is None else "%02d/%02d/%04d" % (day[2], day[1], day[0])


def write(path, header, rows):
    with open(path, "w", newline="", encoding="utf8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def make_dedupe(out, records, seed):
    world = World(seed)
    desk, d, rows = Desk(world), world.dice, []
    for house in population(world, records):
        for p in house:
            count = d.choices((1, 2, 3, 4, 5, 6), (30, 32, 20, 10, 5, 3))[0]
            if p["unnamed"] or p["maiden"]:
                count = max(2, count)
            early = d.randint(1, count - 1) if count > 1 else 0
            rows += [(p["id"], desk.record(p, house, n < early)) for n in range(count)]
    d.shuffle(rows)
    folder = Path(out) / "uk_households"
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "people.csv", list(COLUMNS), [[f"R{n}", *r[:4], iso(r[4]), *r[5:]] for n, (_, r) in enumerate(rows)])
    write_truth(folder / "truth.csv", [("people.csv", f"R{n}", who) for n, (who, _) in enumerate(rows)])
    (folder / "spec.toml").write_text(spec("dedupe", COLUMNS))


def make_link(out, records, seed):
    world = World(seed)
    desk, d = Desk(world), world.dice
    left, right = [], []
    for house in population(world, records * 1.45):
        for p in house:
            where = d.random()
            if where < 0.8:
                left.append((p["id"], desk.record(p, house, False)))
            if where > 0.25:
                right += [(p["id"], desk.record(p, house, world.chance(0.5))) for _ in range(1 if world.chance(0.9) else 2)]
    d.shuffle(left)
    d.shuffle(right)
    folder = Path(out) / "uk_households_link"
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "register.csv", list(COLUMNS), [[f"A{n}", *r[:4], iso(r[4]), *r[5:]] for n, (_, r) in enumerate(left)])
    sexes = {"M": "Male", "F": "Female", "": "Not known"}
    spaced = lambda n: f"{n[:3]} {n[3:6]} {n[6:]}" if n else ""
    write(folder / "referrals.csv", list(OTHER), [[f"B{n}", spaced(r[0]), r[1], r[2], r[3], british(r[4]), sexes[r[5]], *r[6:]] for n, (_, r) in enumerate(right)])
    write_truth(folder / "truth.csv", [("register.csv", f"A{n}", who) for n, (who, _) in enumerate(left)] + [("referrals.csv", f"B{n}", who) for n, (who, _) in enumerate(right)])
    (folder / "spec.toml").write_text(spec("link_only", COLUMNS, {"referrals.csv": OTHER}))


def make(out, records=20_000, seed=1948):
    make_dedupe(out, records, seed)
    make_link(out, records, seed + 1)
    return ["uk_households", "uk_households_link"]


if __name__ == "__main__":
    make(sys.argv[1])
