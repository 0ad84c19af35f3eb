"""The published small sets: FEBRL 1-4 and Splink's fake_1000, as they come, with a specification and the truth."""
import csv
from pathlib import Path

FEBRL = {
    "rec_id": "id", "given_name": "given_name", "surname": "family_name", "street_number": "address", "address_1": "address",
    "address_2": "address", "suburb": "address", "postcode": "postcode", "state": "other", "date_of_birth": "date_of_birth", "soc_sec_id": "identifier",
}
FEBRL_SHORT = {k: v for k, v in FEBRL.items() if k not in ("street_number", "address_2", "state")}
FAKE = {"unique_id": "id", "first_name": "given_name", "surname": "family_name", "dob": "date_of_birth", "city": "address", "email": "email"}


def spec(mode, columns, files=None, one_to_one=False):
    """A specification with roles alone."""
    lines = [f'mode = "{mode}"'] + (["one_to_one = true"] if one_to_one else []) + ["[columns]"]
    lines += [f'{c} = "{r}"' for c, r in columns.items()]
    for name, own in (files or {}).items():
        lines += [f'[files."{name}".columns]'] + [f'{c} = "{r}"' for c, r in own.items()]
    return "\n".join(lines) + "\n"


def write_truth(path, rows):
    with open(path, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["file", "id", "person"])
        out.writerows(rows)


def rows_of(path):
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            yield {k.strip(): v.strip() for k, v in row.items()}


def make(source, out):
    """Copies the sets from `source` (folders febrl and splink) into folders of `out`; gives the names of those made."""
    source, out, made = Path(source), Path(out), []
    for number in (1, 2, 3, 4):
        files = [f"dataset{number}{side}.csv" for side in (("a", "b") if number == 4 else ("",))]
        if not all((source / "febrl" / f).exists() for f in files):
            continue
        folder = out / f"febrl{number}"
        folder.mkdir(parents=True, exist_ok=True)
        truth = []
        for name in files:
            (folder / name).write_bytes((source / "febrl" / name).read_bytes())
            truth += [(name, r["rec_id"], "-".join(r["rec_id"].split("-")[:2])) for r in rows_of(folder / name)]
        mode, single = ("link_only", True) if number == 4 else ("dedupe", False)
        (folder / "spec.toml").write_text(spec(mode, FEBRL, one_to_one=single))
        (folder / "spec_short.toml").write_text(spec(mode, FEBRL_SHORT, one_to_one=single))
        write_truth(folder / "truth.csv", truth)
        made.append(folder.name)
    if (source / "splink" / "fake_1000.csv").exists():
        folder = out / "fake_1000"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "fake_1000.csv").write_bytes((source / "splink" / "fake_1000.csv").read_bytes())
        (folder / "spec.toml").write_text(spec("dedupe", FAKE))
        (folder / "spec_short.toml").write_text(spec("dedupe", FAKE | {"city": "other"}))
        write_truth(folder / "truth.csv", [("fake_1000.csv", r["unique_id"], r["cluster"]) for r in rows_of(folder / "fake_1000.csv")])
        made.append(folder.name)
    return made


if __name__ == "__main__":
    import sys
    print(*make(sys.argv[1], sys.argv[2]))
