"""Names by group of custom, with weights; respellings; and slips of the pen.

The more frequent names stand first in the tables; a name's weight falls with its rank. British surnames get a long tail made
from the elements that English surnames are made of, since most surnames are rare. Respelling works by rules of sound, not by the
table of variants that the linker may know.
"""
import csv
from pathlib import Path

TABLES = Path(__file__).resolve().parent
SHARES = {  # of people, by custom, as in a large English city region
    "british": 56, "irish": 4, "gujarati": 7, "punjabi": 5, "muslim_asian": 8, "tamil": 2, "west_african": 4, "east_african": 2.5,
    "caribbean": 3, "arab": 2, "iranian": 1, "east_european": 3, "south_european": 2, "chinese": 1.5, "filipino": 1,
}
SWAPS_ORDER = {"gujarati", "punjabi", "muslim_asian", "tamil", "west_african", "east_african", "arab", "iranian", "east_european", "chinese"}
HEADS = ("ash black brad broad brom burn by cald car clay clif col crom dal der dun ed eld fair farn flet gar gran green had ham har hart has hay haz "
         "hen hick hol hors hut kel kil kir lang led lin lock long lyn mal mar mel mer mid mor nor oak ock or pen pick pres ram rad red ridge rod "
         "rush sal san sed shel ship sil sky staf stan sten stock sud sut swin thorn til tow tre tun wad wal war wat wed wel wes whit wil win wood wor wy").split()
TAILS = ("ton ley ford worth field bury wood ham land burn shaw ridge more bridge by thorpe wick well ing ington combe hurst den dale man "
         "er son kins croft house gate hill stead low mere stone").split()
NICKNAMES = {
    "elizabeth": "betty liz lizzie beth eliza bess", "margaret": "maggie peggy meg", "mary": "polly molly may", "william": "bill will billy willie", "robert": "bob rob bobby bert",
    "richard": "dick rick", "james": "jim jimmy jamie", "john": "jack johnny", "michael": "mick mike", "thomas": "tom tommy", "edward": "ted ned eddie",
    "anthony": "tony", "henry": "harry hal", "charles": "charlie chas", "george": "geo georgie", "joseph": "joe", "samuel": "sam", "benjamin": "ben",
    "daniel": "dan", "matthew": "matt", "andrew": "andy", "nicholas": "nick", "alexander": "alex sandy alec", "frederick": "fred freddie", "francis": "frank",
    "catherine": "kate cathy kitty", "katherine": "kate kathy", "sarah": "sally sadie", "ann": "annie nan", "anne": "annie nancy", "jane": "jenny janie", "susan": "sue susie",
    "deborah": "debbie", "patricia": "pat trish", "christopher": "chris kit", "christine": "chris tina", "victoria": "vicky tori", "samantha": "sam", "jacqueline": "jackie",
    "jennifer": "jen jenny", "rebecca": "becky", "david": "dave", "stephen": "steve", "kenneth": "ken", "ronald": "ron", "patrick": "pat paddy", "kathleen": "kath",
    "walter": "wat wally", "albert": "bert", "alfred": "alf", "philip": "phil", "peter": "pete", "edmund": "ned", "arthur": "art", "ellen": "nell nellie", "helen": "nell",
    "charlotte": "lottie", "caroline": "carrie", "dorothy": "dolly dot", "martha": "patty", "frances": "fanny fran", "isabella": "bella", "harriet": "hattie", "augustus": "gus",
    "mohammed": "mo", "muhammad": "mo", "abdul": "abz", "gurpreet": "gurps", "katarzyna": "kasia", "małgorzata": "gosia", "aleksandra": "ola", "oluwaseun": "seun", "emmanuel": "manny",
}
SOUNDS = [  # one way and back; the first that fits at a place drawn is used
    ("mm", "m"), ("ss", "s"), ("ee", "i"), ("oo", "u"), ("ph", "f"), ("ck", "k"), ("dh", "d"), ("kh", "k"), ("gh", "g"), ("aa", "a"), ("sch", "sh"), ("ou", "u"), ("ei", "ai"),
    ("y", "i"), ("q", "k"), ("w", "v"), ("z", "s"), ("u", "o"), ("e", "a"), ("ie", "y"), ("c", "k"), ("j", "dj"), ("x", "ks"), ("sz", "sh"), ("cz", "ch"), ("ł", "l"),
]
NEAR = {a: b for a, b in zip("qwertyuiopasdfghjklzxcvbnm", "wqrewtyiuoaspdgfhkjlxzvcbmn")}


def tables():
    """Family names {custom: [name]} and given names {(custom, sex, era): [name]}."""
    def read(name):
        with open(TABLES / name, newline="", encoding="utf8") as file:
            yield from csv.DictReader(line for line in file if not line.startswith("#"))
    family = {r["group"]: r["names"].split() for r in read("family_names.csv")}
    given = {(r["group"], r["sex"], r["era"]): r["names"].split() for r in read("given_names.csv")}
    family["british"] = family["british"] + sorted({(h + t).capitalize() for h in HEADS for t in TAILS})
    return family, given


def weights(names, flat=6.0, tail=300):
    """A weight a name by its rank; the names after `tail` are rare and alike."""
    return [1 / (min(i, tail) + flat) * (0.12 if i >= tail else 1.0) for i in range(len(names))]


def given_for(given, custom, sex, year):
    for era in ("any", "old" if year < 1955 else "mid" if year < 1985 else "new"):
        if (custom, sex, era) in given:
            return given[custom, sex, era]
    raise KeyError((custom, sex))


def typo(text, dice):
    """One slip of the pen: a letter left out, doubled, wrong by a neighbour key, or two letters turned."""
    if len(text) < 3:
        return text
    at = dice.randrange(1, len(text))
    kind = dice.random()
    if kind < 0.27:
        return text[:at] + text[at + 1:]
    if kind < 0.47:
        return text[:at] + text[at] + text[at:]
    if kind < 0.77:
        letter = NEAR.get(text[at].lower(), "e")
        return text[:at] + (dice.choice("aeiourstln") if dice.random() < 0.4 else letter) + text[at + 1:]
    return text[:at - 1] + text[at] + text[at - 1] + text[at + 1:]


def respell(text, dice):
    """Another spelling of the same sound, as between alphabets or by ear."""
    low = text.lower()
    fits = [(a, b) for pair in SOUNDS for a, b in (pair, pair[::-1]) if a in low]
    if not fits:
        return typo(text, dice)
    a, b = dice.choice(fits)
    out = low.replace(a, b, 1)
    return out.capitalize() if text[:1].isupper() else out


def nickname(text, dice):
    found = NICKNAMES.get(text.lower())
    if not found:
        return text
    out = dice.choice(found.split())
    return out.capitalize() if text[:1].isupper() else out
