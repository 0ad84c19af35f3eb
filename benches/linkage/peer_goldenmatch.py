"""GoldenMatch on one of the sets: its automatic probabilistic (Fellegi-Sunter) configuration, the one its own benchmark uses.

    peer_goldenmatch.py SET-FOLDER OUT [LINK-THRESHOLD]

Several files are deduplicated together. It sets its threshold itself unless one is given; the caller tries both and keeps the better.
"""
import csv
import logging
import sys
import tomllib
from pathlib import Path

import goldenmatch as gm
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

logging.disable(logging.WARNING)


def table(path, spec):
    """One file: blanks trimmed, empty as null, columns named as in the first file; the id column apart."""
    if path.suffix == ".parquet":
        raw = pa.parquet.read_table(path)
    else:
        head = path.open(encoding="utf8").readline().rstrip("\n")
        names = next(csv.reader([head]))
        raw = pa.csv.read_csv(path, convert_options=pa.csv.ConvertOptions(column_types={n: pa.string() for n in names}))
    roles, own = spec["columns"], spec.get("files", {}).get(path.name, {}).get("columns", {})
    back = {}
    for role in set(own.values()):
        back |= dict(zip([c for c, r in own.items() if r == role], [c for c, r in roles.items() if r == role]))
    columns = {}
    for name in raw.column_names:
        values = pc.utf8_trim_whitespace(raw[name].cast(pa.string()))
        columns[back.get(name.strip(), name.strip())] = pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)
    if "date_of_birth" in columns and own:  # dd/mm/yyyy as ISO
        columns["date_of_birth"] = pc.replace_substring_regex(columns["date_of_birth"], r"^(\d\d)/(\d\d)/(\d{4})$", r"\3-\2-\1")
    if "nhs_number" in columns:
        columns["nhs_number"] = pc.replace_substring(columns["nhs_number"], " ", "")
    ident = next(c for c, r in roles.items() if r == "id")
    ids = columns.pop(ident).to_pylist()
    return ids, pa.table({c: v for c, v in columns.items() if c in roles})


def main():
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    spec = tomllib.loads((folder / "spec.toml").read_text())
    keys, tables = [], []
    for path in sorted(p for p in folder.iterdir() if p.suffix in (".csv", ".parquet") and p.name != "truth.csv"):
        ids, frame = table(path, spec)
        keys += [(path.name, i) for i in ids]
        tables.append(frame)
    whole = pa.concat_tables(tables, promote_options="default")
    config = gm.auto_configure_probabilistic_df(whole)
    if len(sys.argv) > 3:
        config.matchkeys[0].link_threshold = float(sys.argv[3])
    result = gm.dedupe_df(whole, config=config)
    with open(out / "clusters.csv", "w", newline="", encoding="utf8") as file:
        write = csv.writer(file, lineterminator="\n")
        write.writerow(["file", "id", "cluster"])
        for number, cluster in result.clusters.items():
            write.writerows([*keys[m], number] for m in cluster["members"])
    with open(out / "links.csv", "w", newline="", encoding="utf8") as file:
        write = csv.writer(file, lineterminator="\n")
        write.writerow(["left_file", "left_id", "right_file", "right_id"])
        write.writerows([*keys[a], *keys[b]] for a, b, *_ in result.scored_pairs or [])


if __name__ == "__main__":
    main()
