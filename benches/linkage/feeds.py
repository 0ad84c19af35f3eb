"""Five feeds of one area (GP, hospital, community, mental health, social care), about 2.4 records a person, at any size.

    feeds.py OUT RECORDS [plain]     (writes OUT/feeds_<size>/, or OUT/plain_<size>/ without twins and juniors)

Made as whole columns, so that ten million records take minutes. 93 % of records carry an NHS number, 0.4 % of those are wrong or
another's. Households share name, address and postcode; some people move, some women change name; there are twins, sons with their
father's name, a hostel, and stand-in dates of birth. Nobody in it lives (see households.py).
"""
import sys
from pathlib import Path

import numpy as np
import polars as pl

from historical import PLACES, parse
from households import HARD_START, KINDS, STREETS, plain
from names import NICKNAMES, SHARES, SWAPS_ORDER, respell, tables, typo, weights
from small import spec

FEEDS = {  # file: (records a person, share of people seen twice, NHS number present, error factor)
    "gp.csv": (0.97, 0.03, 0.995, 0.7), "hospital.csv": (0.58, 0.17, 0.93, 1.1), "community.csv": (0.33, 0.09, 0.90, 1.0),
    "mental_health.csv": (0.18, 0.11, 0.87, 1.2), "social_care.csv": (0.15, 0.07, 0.60, 1.4),
}
COLUMNS = {"record_id": "id", "nhs_number": "nhs_number", "given_name": "given_name", "middle_name": "middle_name", "family_name": "family_name", "date_of_birth": "date_of_birth", "sex": "sex",
           "address_line_1": "address", "town": "address", "postcode": "postcode"}
COUNCIL = {"client_id": "id", "nhs": "nhs_number", "forename": "given_name", "second_name": "middle_name", "surname": "family_name", "dob": "date_of_birth", "gender": "sex",
           "address": "address", "post_town": "address", "pcode": "postcode"}
INWARD = [f"{d}{a}{b}" for d in range(1, 10) for a in "ABDEFGHJLNPQRSTUWXYZ" for b in "CIKMOV"]


class Dice:
    """python's `random` as names.py asks for it, drawn from numpy in bulk."""

    def __init__(self, rng):
        import random
        self.inner = random.Random(int(rng.integers(1 << 60)))

    def __getattr__(self, name):
        return getattr(self.inner, name)


def numbers(rng, count):
    """That many different NHS numbers with right check digits, from ranges never issued."""
    start = int(rng.integers(1, 10**8))
    base = 900_000_000 + (start + np.arange(int(count * 1.15) + 100, dtype=np.int64) * 48_271_033) % 99_999_989
    digits = np.stack([base // 10**k % 10 for k in range(8, -1, -1)])
    check = 11 - (digits * np.arange(10, 1, -1)[:, None]).sum(axis=0) % 11
    good = check != 10
    return (base[good] * 10 + check[good] % 11)[:count]


class People:
    """Everybody, as columns of numbers that index tables of text."""

    def __init__(self, rng, count, kin):
        self.rng, self.count = rng, count
        customs = list(SHARES)
        family, given = tables()
        sizes = rng.choice([1, 2, 3, 4, 5, 6], int(count / 1.8), p=[0.32, 0.3, 0.15, 0.13, 0.06, 0.04])
        self.house = np.repeat(np.arange(len(sizes)), sizes)[:count]
        houses = int(self.house[-1]) + 1
        place = np.arange(count) - np.searchsorted(self.house, self.house)  # 0 for the first of a house, then on
        share = np.array(list(SHARES.values())) / sum(SHARES.values())
        house_custom = rng.choice(len(customs), houses, p=share)
        self.custom = house_custom[self.house]
        self.foreign = ~np.isin(self.custom, [customs.index(c) for c in ("british", "irish", "caribbean")])
        self.swaps = np.isin(self.custom, [customs.index(c) for c in SWAPS_ORDER])
        self.family_table, offsets = [], {}
        for c in customs:
            offsets[c] = len(self.family_table)
            self.family_table += family[c]
        self.surname = self.draw_families(house_custom, customs, family, offsets)[self.house]
        self.maiden = self.draw_families(self.custom, customs, family, offsets)
        self.sex = rng.random(count) < 0.505  # True: F
        head = rng.integers(20, 92, houses)[self.house]
        age = np.where(place == 0, head, np.where(place == 1, np.maximum(18, head + rng.integers(-7, 6, count)), head - rng.integers(22, 42, count)))
        age = np.where(age < 0, rng.integers(0, 12, count), age)
        self.sex = np.where(place == 1, ~np.roll(self.sex, 1), self.sex)
        born = np.datetime64("2026-06-01") - (age * 365.25 + rng.integers(0, 366, count)).astype("timedelta64[D]")
        twin = (place >= 3) & (rng.random(count) < (0.06 if kin else 0.0))
        born = np.where(twin, np.roll(born, 1), born)
        months = born.astype("datetime64[M]")
        self.year = months.astype("datetime64[Y]").astype(int) + 1970
        self.month = months.astype(int) % 12 + 1
        self.day = (born - months.astype("datetime64[D]")).astype(int) + 1
        first = np.isin(self.custom, [customs.index(c) for c in HARD_START]) & (rng.random(count) < 0.15) & (self.year < 2005)
        self.month[first], self.day[first] = 1, 1
        self.draw_givens(customs, given)
        junior = (place >= 2) & ~self.sex & (rng.random(count) < (0.04 if kin else 0.0))  # a son with the first's given name
        head_at = np.searchsorted(self.house, self.house)
        junior &= ~self.sex[head_at]
        self.given = np.where(junior, self.given[head_at], self.given)
        self.changed = self.sex & (age > 20) & (rng.random(count) < 0.08)
        self.nhs = numbers(rng, count)
        self.moved = rng.random(count) < 0.12
        towns = max(2, min(110, count // 40_000))
        self.now = self.addresses(houses, towns)
        self.before = self.addresses(houses, towns)
        hostel = (place == 0) & (rng.random(count) < min(1.0, 2.0 * max(60, min(3000, count // 300)) / count)) & (sizes[self.house] == 1)
        lodgers = self.house[hostel]
        for column in self.now.values():
            column[lodgers] = column[lodgers[0]] if len(lodgers) else 0

    def draw_families(self, custom, customs, family, offsets):
        out = np.zeros(len(custom), dtype=np.int64)
        for number, name in enumerate(customs):
            at = np.flatnonzero(custom == number)
            w = np.array(weights(family[name]))
            out[at] = offsets[name] + self.rng.choice(len(w), len(at), p=w / w.sum())
        return out

    def draw_givens(self, customs, given):
        """A first name each, no two of a sex alike in a house; a second one for half."""
        self.given_table, self.given, self.middle = [""], np.zeros(self.count, dtype=np.int64), np.zeros(self.count, dtype=np.int64)
        everybody, rows = np.arange(self.count), []
        for (custom, sex, era), names in given.items():
            w = np.array(weights(names, flat=12))
            rows.append((customs.index(custom), sex == "F", {"old": (0, 1955), "mid": (1955, 1985), "new": (1985, 3000), "any": (0, 3000)}[era], len(self.given_table), w / w.sum()))
            self.given_table += names

        def draw(out, among):
            custom, sex, year = self.custom[among], self.sex[among], self.year[among]
            for number, female, (low, high), offset, w in rows:
                at = among[(custom == number) & (sex == female) & (year >= low) & (year < high)]
                out[at] = offset + self.rng.choice(len(w), len(at), p=w)

        draw(self.given, everybody)
        draw(self.middle, everybody[self.rng.random(self.count) < 0.5])
        for _ in range(8):
            _, first = np.unique(self.house.astype(np.int64) * len(self.given_table) + self.given, return_index=True)
            again = np.ones(self.count, dtype=bool)
            again[first] = False
            draw(self.given, np.flatnonzero(again))

    def addresses(self, houses, towns):
        rng = self.rng
        town = rng.integers(0, towns, houses)
        street, kind = rng.integers(0, len(STREETS), houses), rng.integers(0, len(KINDS), houses)
        number = rng.integers(1, 140, houses)
        flat = np.where(rng.random(houses) < 0.3, rng.integers(1, 30, houses), 0)
        road = ((town * 1000 + street) * 20 + kind) * 8 + number // 20
        mixed = (road * 2_654_435_761) % (1 << 32)
        return {"town": town, "street": street, "kind": kind, "number": number, "flat": flat, "district": mixed // 7 % 18 + 1, "inward": mixed // 131 % len(INWARD)}


def text(table, index):
    return pl.Series(table).gather(pl.Series(index))


def changed(values, rng, share, how, dice, mask=None):
    """The texts with `how(text, dice)` at a share of places (where the mask allows)."""
    at = rng.random(len(values)) < share
    if mask is not None:
        at &= mask
    at = np.flatnonzero(at)
    if not len(at):
        return values
    return values.scatter(at, [how(v, dice) if v else v for v in values.gather(at).to_list()])


def short_form(name, dice):
    found = NICKNAMES.get(name.lower())
    return dice.choice(found.split()).capitalize() if found else name


def names_of(people, who, rng, dice, factor):
    foreign, early = people.foreign[who], rng.random(len(who)) < 0.4
    given, middle = text(people.given_table, people.given[who]), text(people.given_table, people.middle[who])
    surname = text(people.family_table, np.where(people.changed[who] & early, people.maiden[who], people.surname[who]))
    given = changed(given, rng, 0.08 * factor, respell, dice, foreign)
    surname = changed(surname, rng, 0.05 * factor, respell, dice, foreign)
    given = changed(given, rng, 0.035 * factor, short_form, dice, ~foreign)
    given = changed(given, rng, 0.014 * factor, typo, dice)
    surname = changed(surname, rng, 0.016 * factor, typo, dice)
    given = changed(given, rng, 0.006 * factor, lambda v, _: v[0], dice)
    bare = rng.random(len(who)) < 0.7
    given, surname = (changed(v, rng, 1.0, lambda t, _: plain(t) if not t.isascii() else t, dice, bare & foreign) for v in (given, surname))
    turned = pl.Series(people.swaps[who] & (rng.random(len(who)) < 0.03 * factor) | (rng.random(len(who)) < 0.002 * factor))
    given, surname = given.zip_with(~turned, surname), surname.zip_with(~turned, given)
    kept = rng.random(len(who))
    middle = pl.select(pl.when(pl.Series(kept < 0.4)).then(middle).when(pl.Series(kept < 0.6)).then(middle.str.slice(0, 1)).otherwise(pl.lit(""))).to_series()
    return given, middle, surname, early


def birth_of(people, who, rng, factor):
    year, month, day = people.year[who].copy(), people.month[who].copy(), people.day[who].copy()
    roll = rng.random(len(who)) / factor
    swap = (roll < 0.005) & (day <= 12)
    month[swap], day[swap] = day[swap], month[swap].copy()
    slip = (roll > 0.005) & (roll < 0.010)
    year[slip] += rng.choice([-10, -1, 1, 10], int(slip.sum()))
    slip = (roll > 0.010) & (roll < 0.014)
    day[slip] = np.clip(day[slip] + rng.choice([-10, -1, 1, 10], int(slip.sum())), 1, 28)
    first = (roll > 0.014) & (roll < 0.018)
    month[first], day[first] = 1, 1
    default = (roll > 0.018) & (roll < 0.021)
    year[default], month[default], day[default] = 1900, 1, 1
    frame = pl.DataFrame({"y": year, "m": month, "d": day, "gone": (roll > 0.021) & (roll < 0.026)})
    two = lambda c: pl.col(c).cast(pl.String).str.zfill(2)
    return frame.select(pl.when("gone").then(pl.lit("")).otherwise(pl.concat_str([pl.col("y").cast(pl.String), two("m"), two("d")], separator="-"))).to_series()


def number_of(people, who, rng, present):
    count = len(who)
    number = people.nhs[who]
    roll = rng.random(count)
    other = roll < 0.0012  # another of the house, or the next house
    number = np.where(other, people.nhs[np.minimum(who + 1, people.count - 1)], number)
    digit = (roll > 0.0012) & (roll < 0.0025)
    place = 10 ** rng.integers(0, 9, count)
    number = np.where(digit, number // (place * 10) * (place * 10) + (number // place + rng.integers(1, 10, count)) % 10 * place + number % place, number)
    turn = (roll > 0.0025) & (roll < 0.004)
    two = number // place % 100
    number = np.where(turn, number + ((two % 10) * 10 + two // 10 - two) * place, number)
    return pl.Series(number).cast(pl.String).zip_with(pl.Series(rng.random(count) < present), pl.Series([""]).new_from_index(0, count))


def address_of(people, who, early, rng, dice, factor, towns):
    house = people.house[who]
    old = people.moved[who] & early
    part = {k: np.where(old, people.before[k][house], people.now[k][house]) for k in people.now}
    kind = text([k for k, _ in KINDS], part["kind"]).zip_with(pl.Series(rng.random(len(who)) > 0.2), text([s for _, s in KINDS], part["kind"]))
    frame = pl.DataFrame({"flat": part["flat"], "number": part["number"], "street": text(STREETS, part["street"]), "kind": kind})
    road = pl.format("{} {} {}", "number", "street", "kind")
    line = frame.select(pl.when(pl.col("flat") > 0).then(pl.format("Flat {}, {}", pl.col("flat"), road)).otherwise(road)).to_series()
    line = changed(line, rng, 0.012 * factor, typo, dice)
    names, areas = [t.split(":")[0].title() for t in towns], [t.split(":")[1].split(",")[0].upper() for t in towns]
    code = pl.DataFrame({"a": text(areas, part["town"]), "d": part["district"], "i": text(INWARD, part["inward"]), "tight": rng.random(len(who)) < 0.1})
    code = code.select(pl.when("tight").then(pl.format("{}{}{}", "a", "d", "i")).otherwise(pl.format("{}{} {}", "a", "d", "i"))).to_series()
    code = changed(code, rng, 0.005 * factor, lambda v, d: typo(v, d).upper(), dice)
    code = changed(code, rng, 0.02 * factor, lambda v, d: "", dice)
    gone = rng.random(len(who)) < 0.015 * factor
    return changed(line, rng, 1.0, lambda v, d: "", dice, gone), changed(text(names, part["town"]), rng, 1.0, lambda v, d: "", dice, gone), code


def feed(people, rng, dice, name, letter, towns):
    once, twice, present, factor = FEEDS[name]
    seen = np.flatnonzero(rng.random(people.count) < once)
    who = np.concatenate([seen, seen[rng.random(len(seen)) < twice]])
    rng.shuffle(who)
    given, middle, surname, early = names_of(people, who, rng, dice, factor)
    line, town, code = address_of(people, who, early, rng, dice, factor, towns)
    sex = pl.Series(["M", "F", ""]).gather(pl.Series(np.where(rng.random(len(who)) < 0.01, 2, people.sex[who] ^ (rng.random(len(who)) < 0.001))))
    idents = pl.Series(np.arange(len(who))).cast(pl.String)
    frame = pl.DataFrame([letter + idents, number_of(people, who, rng, present), given, middle, surname, birth_of(people, who, rng, factor), sex, line, town, code], schema=list(COLUMNS))
    if name == "hospital.csv":
        frame = frame.with_columns(pl.col("given_name", "middle_name", "family_name", "address_line_1", "town").str.to_uppercase())
    frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))  # nothing, not an empty text in quotes
    return frame, pl.DataFrame({"file": pl.Series([name]).new_from_index(0, len(who)), "id": frame["record_id"], "person": who})


def make(out, records, kin=True, seed=2015):
    rng = np.random.default_rng(seed)
    size = f"{records / 1e6:g}m" if records >= 1_000_000 else f"{records // 1000}k"
    folder = Path(out) / f"{'feeds' if kin else 'plain'}_{size}"
    folder.mkdir(parents=True, exist_ok=True)
    each = sum(a * (1 + b) for a, b, _, _ in FEEDS.values())
    people, dice = People(rng, int(records / each), kin), Dice(rng)
    towns = [f"{n}" for n in parse(PLACES)[0]]
    with open(folder / "truth.csv", "wb") as truth:
        for at, (name, letter) in enumerate(zip(FEEDS, "GHCMS")):
            frame, right = feed(people, rng, dice, name, letter, towns)
            if name == "social_care.csv":
                frame = frame.rename(dict(zip(COLUMNS, COUNCIL)))
            frame.write_csv(folder / name)
            right.write_csv(truth, include_header=at == 0)
    (folder / "spec.toml").write_text(spec("link_and_dedupe", COLUMNS, {"social_care.csv": COUNCIL}))
    return [folder.name]


if __name__ == "__main__":
    make(sys.argv[1], int(float(sys.argv[2])), kin="plain" not in sys.argv)
