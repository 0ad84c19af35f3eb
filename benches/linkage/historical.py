"""People of England and Wales born 1600 to 1950 with heavy errors: about 50,000 records of about 5,100 people.

It stands in for Splink's `historical_50k`, made from Wikidata and not at hand here: the same columns, the same kinds of error, and
about the same difficulty for Splink with the settings of its own demonstration (pairwise F1 .855 there). Nobody in it lived.
"""
import csv
import random
import sys
from pathlib import Path

from names import HEADS, TAILS, nickname, respell, tables, typo
from small import spec, write_truth

COLUMNS = {
    "unique_id": "id", "full_name": "full_name", "first_name": "given_name", "surname": "family_name", "dob": "date_of_birth",
    "birth_place": "other", "postcode_fake": "postcode", "gender": "sex", "occupation": "other",
}
MALE = dict(john=150, william=140, thomas=100, james=80, george=75, henry=70, charles=65, robert=55, edward=50, richard=42, joseph=34, samuel=26, francis=20, frederick=24,
            arthur=22, alfred=18, walter=16, david=16, edmund=9, philip=9, albert=10, benjamin=10, peter=10, daniel=9, alexander=8, herbert=8, ernest=8, harold=7, nicholas=7,
            hugh=7, christopher=7, matthew=6, andrew=6, anthony=6, stephen=5, ralph=5, owen=5, evan=5, lewis=5, percy=5, reginald=5, leonard=5, roger=4, gilbert=4, isaac=4,
            michael=4, jonathan=4, simon=3, augustus=3, humphrey=3, griffith=3, rhys=3, ambrose=2, barnaby=1, cuthbert=2, horace=3, sidney=4, cecil=3, jeremiah=2, nathaniel=4)
FEMALE = dict(mary=150, elizabeth=110, ann=50, anne=40, sarah=60, jane=50, margaret=40, catherine=30, frances=22, charlotte=22, caroline=16, emma=20, harriet=16, ellen=18, alice=22,
              florence=18, edith=16, isabella=12, martha=12, dorothy=16, helen=12, eleanor=10, susan=10, maria=12, louisa=12, emily=20, annie=18, katherine=9, julia=8, amelia=8, agnes=8,
              ethel=10, mabel=8, rebecca=7, hannah=8, lucy=9, grace=6, ada=8, rose=6, beatrice=7, constance=6, evelyn=6, violet=5, winifred=5, joan=5, georgiana=4, sophia=7, lydia=4)
PLACES = ("london:e,ec,n,nw,se,sw,w:230 liverpool:l:38 manchester:m:36 birmingham:b:34 bristol:bs:24 leeds:ls:20 sheffield:s:18 bath:ba:12 york:yo:13 norwich:nr:12 oxford:ox:12 "
          "cambridge:cb:11 exeter:ex:10 plymouth:pl:14 nottingham:ng:14 leicester:le:12 derby:de:10 newcastle upon tyne:ne:14 sunderland:sr:9 kingston upon hull:hu:10 bradford:bd:13 "
          "halifax:hx:7 huddersfield:hd:8 bolton:bl:8 preston:pr:8 blackburn:bb:7 lancaster:la:5 carlisle:ca:5 durham:dh:6 darlington:dl:5 middlesbrough:ts:5 lincoln:ln:6 peterborough:pe:5 "
          "northampton:nn:7 coventry:cv:8 worcester:wr:6 gloucester:gl:7 cheltenham:gl:5 hereford:hr:4 shrewsbury:sy:6 chester:ch:8 stoke-on-trent:st:9 wolverhampton:wv:8 dudley:dy:6 walsall:ws:6 "
          "portsmouth:po:11 southampton:so:10 brighton:bn:11 canterbury:ct:7 dover:ct:4 maidstone:me:5 rochester:me:4 tunbridge wells:tn:4 guildford:gu:5 reading:rg:7 windsor:sl:4 "
          "salisbury:sp:5 dorchester:dt:4 weymouth:dt:3 taunton:ta:4 truro:tr:5 penzance:tr:4 falmouth:tr:3 torquay:tq:4 totnes:tq:2 ipswich:ip:6 colchester:co:5 chelmsford:cm:4 luton:lu:3 "
          "st albans:al:4 hertford:sg:3 croydon:cr:5 richmond:tw:4 greenwich:se:6 kensington:w:7 westminster:sw:9 islington:n:6 hackney:e:5 cardiff:cf:12 swansea:sa:9 newport:np:6 wrexham:ll:4 "
          "bangor:ll:3 caernarfon:ll:3 aberystwyth:sy:3 carmarthen:sa:4 merthyr tydfil:cf:5 haverfordwest:sa:3 kent:ct,me,tn:12 devon:ex,tq,pl:10 cornwall:tr,pl:7 norfolk:nr,pe:7 suffolk:ip,co:7 "
          "sussex:bn,tn:6 surrey:gu,kt:8 essex:cm,co:8 yorkshire:yo,ls,hd:14 lancashire:bl,pr,bb:10 wales:cf,sa,ll:4 england:b,m,n,w:9 somerset:ta,ba:5 dorset:dt,bh:5 wiltshire:sn,sp:4 hampshire:so,po:6")
COUNTY = {"ct": "kent", "me": "kent", "ex": "devon", "tq": "devon", "pl": "devon", "tr": "cornwall", "nr": "norfolk", "ip": "suffolk", "bn": "sussex", "gu": "surrey", "cm": "essex", "co": "essex",
          "yo": "yorkshire", "ls": "yorkshire", "hd": "yorkshire", "hx": "yorkshire", "bd": "yorkshire", "s": "yorkshire", "bl": "lancashire", "pr": "lancashire", "bb": "lancashire", "m": "lancashire",
          "cf": "wales", "sa": "wales", "ll": "wales", "np": "wales", "ta": "somerset", "ba": "somerset", "dt": "dorset", "so": "hampshire", "po": "hampshire", "sp": "wiltshire"}
TRADES = ("politician:150 painter:60 writer:60 cricketer:75 association football player:60 actor:45 poet:24 military personnel:45 military officer:25 engineer:28 architect:26 lawyer:24 botanist:16 physician:26 "
          "composer:20 photographer:14 journalist:20 cleric:28 priest:24 historian:18 artist:18 businessperson:22 rugby union player:20 rower:9 judge:12 chemist:12 mathematician:11 physicist:9 singer:12 "
          "naval officer:15 banker:9 merchant:9 explorer:7 sculptor:10 novelist:11 teacher:9 university teacher:10 suffragist:6 missionary:8 trade unionist:5 theologian:9 astronomer:6 surgeon:8 "
          "entomologist:5 geologist:6 publisher:7 diplomat:10 engraver:8 illustrator:8 philosopher:5 aristocrat:9 tennis player:8 golfer:4 swimmer:4 boxer:6 police officer:3 aviator:4 archaeologist:6 organist:7")
LETTERS = "abdefghjlnpqrstuwxyz"


def parse(text):
    """`a b:x:3 c:4` to names and weights: a name may hold blanks, so that an entry ends with its number."""
    names, counts, held = [], [], ""
    for word in text.split(" "):
        held = f"{held} {word}".strip()
        if held.rsplit(":", 1)[-1].isdigit() and ":" in held:
            name, count = held.rsplit(":", 1)
            names.append(name)
            counts.append(int(count))
            held = ""
    return names, counts


class Maker:
    def __init__(self, seed, scale):
        self.dice = random.Random(seed)
        self.scale = scale
        self.places = parse(PLACES)
        self.trades = parse(TRADES)
        family, given = tables()
        common = [n.lower() for n in family["british"][:260]] + [n.lower() for n in family["irish"][:40]]
        tail = sorted({h + t for h in HEADS for t in TAILS})
        self.surnames = common + tail
        self.given = {}
        for sex, sure in (("M", MALE), ("F", FEMALE)):  # half the people have one of the common names, the others one of many
            more = {n.lower() for (group, s, _), names in given.items() if s == sex and group in ("british", "irish", "caribbean", "south_european") for n in names} - set(sure)
            more = sorted(more | (set(self.surnames[:150]) if sex == "M" else set()))
            share = 0.4 * sum(sure.values()) / len(more)
            self.given[sex] = list(sure) + more, list(sure.values()) + [share] * len(more)
        self.surname_weights = [1 / (i + 25) for i in range(len(common))] + [0.0011] * len(tail)

    def pick(self, names, counts):
        return self.dice.choices(names, counts)[0]

    def chance(self, share):
        return self.dice.random() < share

    def postcode(self, area):
        d = self.dice
        return f"{area}{d.randint(1, 24)} {d.randint(1, 9)}{d.choice(LETTERS)}{d.choice(LETTERS)}"

    def person(self, kin=None):
        d = self.dice
        male = self.chance(0.84)
        year = int(d.triangular(1600, 1950, 1868))
        surname = self.pick(self.surnames, self.surname_weights)
        place = self.pick(*self.places)
        name = self.pick(*self.given["M" if male else "F"])
        trade = self.pick(*self.trades)
        code = self.postcode(d.choice(place.split(":")[1].split(",")))
        if kin:
            surname, place = kin["surname"], kin["place"] if self.chance(0.8) else place
            year = kin["year"] + (d.randint(20, 40) if self.chance(0.5) else d.randint(-9, 9))
            if male and kin["male"] and year - kin["year"] >= 20 and self.chance(0.45):
                name = kin["first"]
            trade = kin["trade"] if self.chance(0.4) else trade
            code = kin["postcode"] if self.chance(0.15) else self.near(kin["postcode"]) if self.chance(0.6) else code
        middle = []
        while len(middle) < 3 and self.chance(0.33):
            middle.append(self.pick(self.surnames, self.surname_weights) if self.chance(0.45) else self.pick(*self.given["M" if male else "F"]))
        day = (1, 1) if self.chance(0.24) else (d.randint(1, 12), d.randint(1, 28))
        p = dict(male=male, year=year, month=day[0], day=day[1], first=name, middle=middle, surname=surname, place=place, trade=trade, postcode=code)
        p["seat"] = self.dice.choice(self.surnames[300:]) if male and self.chance(0.13) else None
        p["number"] = d.choice(["1st", "2nd", "3rd", "4th", "5th", "7th"])
        p["rank"] = d.choice(["baronet", "baronet", "baron", "viscount", "earl"])
        p["sir"] = male and (bool(p["seat"]) or self.chance(0.1))
        p["other"] = self.pick(self.surnames, self.surname_weights) if self.chance(0.22 if not male else 0.06) else None  # married or pen name
        return p

    def near(self, code):
        """Another postcode close by: another unit, sometimes another sector, seldom another district."""
        d = self.dice
        out, inn = code.split(" ")
        if self.chance(0.12):
            out = "".join(c for c in out if c.isalpha()) + str(d.randint(1, 24))
        return f"{out} {inn[0] if self.chance(0.6) else d.randint(1, 9)}{d.choice(LETTERS)}{d.choice(LETTERS)}"

    def style(self, p, bad):
        """One way to write the name: (full name, first, surname)."""
        d, s = self.dice, self.scale
        first, last = p["first"], p["surname"]
        if p["other"] and self.chance(0.25 * bad * s):
            last = p["other"]
        if self.chance(0.16 * bad * s):
            first = nickname(first, d)
        if p["middle"] and self.chance(0.07 * bad * s):
            first = p["middle"][0]
        if self.chance(0.05 * bad * s):
            first = first[0]
        for _ in range(2):
            if self.chance(0.07 * bad * s):
                first = typo(first, d) if self.chance(0.7) else respell(first, d)
            if self.chance(0.085 * bad * s):
                last = typo(last, d) if self.chance(0.65) else respell(last, d)
        words = [first] + ([m if self.chance(0.75) else m[0] + "." for m in p["middle"]] if self.chance(0.6) else []) + [last]
        full = " ".join(words)
        tail = last
        if p["seat"] and self.chance(0.55):
            full = f"{full}, {p['number']} {p['rank']}" + (f" of {p['seat']}" if p["rank"] == "baronet" and self.chance(0.4) else f" {last if p['rank'] == 'baronet' else p['seat']}" if p["rank"] != "baronet" else "")
            if self.chance(0.35):
                tail = full.split()[-1] if p["rank"] != "baronet" or " of " in full else last
            if self.chance(0.06 * bad):
                full = f"{first} {p['number']} {tail}"
        if p["sir"] and self.chance(0.4):
            full = "sir " + full
        if self.chance(0.035 * bad * s):
            return (last, "", last) if self.chance(0.6) else (first, first, "")
        if self.chance(0.015 * bad * s):
            return last + " " + first, last, first
        return full, first, tail

    def birth(self, p, bad):
        d, s = self.dice, self.scale
        year, month, day = p["year"], p["month"], p["day"]
        if self.chance(0.15 * (0.4 + 0.6 * bad)):
            return ""
        if self.chance(0.10 * bad * s):
            month, day = 1, 1
        if self.chance(0.09 * bad * s):
            year += d.choice([-10, -5, -2, -1, -1, 1, 1, 2, 5, 10])
        if self.chance(0.05 * bad * s):
            day = max(1, min(28, day + d.choice([-10, -2, -1, 1, 2, 10])))
        if self.chance(0.04 * bad * s):
            month = max(1, min(12, month + d.choice([-1, 1, 2])))
        if self.chance(0.03 * bad * s) and day <= 12:
            month, day = day, month
        return f"{year}-{month:02}-{day:02}"

    def record(self, p, first):
        d, s = self.dice, self.scale
        bad = 0.0 if first else self.badness(p)
        full, name, last = self.style(p, bad)
        place = p["place"].split(":")[0]
        area = p["place"].split(":")[1].split(",")[0]
        if self.chance(0.13):
            place = ""
        elif self.chance(0.16 * bad * s):
            place = COUNTY.get(area, place) if self.chance(0.6) else self.pick(*self.places).split(":")[0]
        elif self.chance(0.04 * bad * s):
            place = typo(place, d)
        code = "" if self.chance(0.2) else self.near(p["postcode"]) if self.chance(0.33 * bad * s) else self.pick_far(p) if self.chance(0.05 * bad) else p["postcode"]
        trade = "" if self.chance(0.1) else self.pick(*self.trades) if self.chance(0.14 * bad * s) else p["trade"]
        gender = "" if self.chance(p["unknown"]) else ("male" if p["male"] else "female")
        both = f"{name} {last}".strip()
        if self.chance(0.02 * bad):
            full = ""
        return [full, both, name, last, self.birth(p, bad), place, code, gender, trade]

    def pick_far(self, p):
        return self.postcode(self.pick(*self.places).split(":")[1].split(",")[0])

    def badness(self, p):
        return p["bad"] * self.dice.choice([0.0, 0.4, 1.0, 1.6, 2.4])


def make(out, records=50_000, seed=1837, scale=0.87):
    maker = Maker(seed, scale)
    d = maker.dice
    people, rows, truth = [], [], []
    while len(rows) < records:
        kin = d.choice(people) if people and maker.chance(0.2) else None
        p = maker.person(kin)
        p["bad"] = d.uniform(0.4, 1.6)
        p["unknown"] = 0.9 if maker.chance(0.12) else 0.15
        people.append(p)
        key = f"Q{1_000_000 + len(people) * 37 + d.randint(0, 30)}"
        size = max(1, min(22, round(d.gauss(10, 4.2))))
        for n in range(1, size + 1):
            rows.append([f"{key}-{n}", key, *maker.record(p, n == 1)])
    rows = rows[:records]
    d.shuffle(rows)
    folder = Path(out) / "historical"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "historical.csv", "w", newline="", encoding="utf8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow("unique_id full_name first_and_surname first_name surname dob birth_place postcode_fake gender occupation".split())
        writer.writerows([r[0], *r[2:]] for r in rows)
    write_truth(folder / "truth.csv", [("historical.csv", r[0], r[1]) for r in rows])
    (folder / "spec.toml").write_text(spec("dedupe", COLUMNS))
    (folder / "spec_short.toml").write_text(spec("dedupe", {k: v for k, v in COLUMNS.items() if k != "full_name"}))
    return ["historical"]


if __name__ == "__main__":
    make(sys.argv[1], scale=float(sys.argv[2]) if len(sys.argv) > 2 else 0.87)
