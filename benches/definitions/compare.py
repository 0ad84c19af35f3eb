"""Whether every score and indicator is the same in two folders: compare.py OURS THEIRS. Ends with 1 when one is not."""
import sys
from pathlib import Path

import duckdb

ours, theirs = map(Path, sys.argv[1:])
db = duckdb.connect()
wrong = rows = 0
for kind, keys, values in (("score", "person_id", ("value", "band")), ("indicator", "area_kind, area, month", ("numerator", "denominator"))):
    files = sorted(p.name for p in (ours / kind).iterdir())
    for name in files:
        differs = " OR ".join(
            f"ABS(a.{v} - b.{v}) > 1e-12 OR (a.{v} IS NULL) <> (b.{v} IS NULL)" if v == "value" else f"a.{v} IS DISTINCT FROM b.{v}" for v in values)
        n, bad = db.execute(f"""SELECT COUNT(*), COUNT(*) FILTER (a.there IS NULL OR b.there IS NULL OR {differs})
            FROM (SELECT *, 1 AS there FROM '{ours}/{kind}/{name}') a FULL JOIN (SELECT *, 1 AS there FROM '{theirs}/{kind}/{name}') b USING ({keys})""").fetchone()
        rows += n
        wrong += bad
        if bad:
            print(f"{kind} {name}: {bad} of {n} rows differ")
    print(f"{len(files)} of kind {kind} compared")
print(f"{rows} rows, {wrong} differ")
sys.exit(wrong > 0)
