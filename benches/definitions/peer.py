"""The same scores and indicators by DuckDB: facts from the events of the index, then the text of our definitions.

    peer.py INDEX_FOLDER FACTS_FOLDER DEFINITIONS_FOLDER OUT_FOLDER AS_AT

FACTS_FOLDER gives the people and the tables of reference alone. What DuckDB writes otherwise than DataFusion is replaced as text: CAST of a date to days,
LOGISTIC. Two threads.
"""
import re
import sys
import tomllib
from pathlib import Path

import duckdb

HERE = Path(__file__).resolve().parent
PLANNING = ("person", "spell", "person_month", "ae_attendance", "care_service", "coded_activity")


def definition(path):
    head, sql = path.read_text().split("\n---\n", 1)
    return tomllib.loads(head.removeprefix("---\n")), sql.strip()


def days(sql):
    """CAST(x AS INT) of a date counts days in DataFusion."""
    out, at = "", 0
    while (found := sql.find("CAST(", at)) >= 0:
        depth, end = 1, found + 5
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        inner = days(sql[found + 5:end - 1])
        whole = inner.removesuffix(" AS INT")
        out += sql[at:found] + (f"DATE_DIFF('day', DATE '1970-01-01', CAST({whole} AS DATE))" if whole != inner else f"CAST({inner})")
        at = end
    return out + sql[at:]


def by_area(sql, data):
    kinds = ", ".join(f"'{kind}'" for kind in data)
    begun = f"""CROSS JOIN (SELECT COALESCE(MAX(COALESCE(month, DATE '9999-01-01')), DATE '1900-01-01') AS begins
        FROM data_begins WHERE data IN ({kinds}) AND practice = '') AS held
      LEFT JOIN (SELECT practice AS of_practice, MAX(month) AS begins FROM data_begins WHERE data IN ({kinds}) AND practice <> '' GROUP BY practice) AS own
        ON own.of_practice = population_place.practice
      WHERE base.month >= held.begins AND (own.begins IS NULL OR base.month >= own.begins)""" if data else ""
    return f"""SELECT CASE WHEN GROUPING(practice) = 0 THEN 'practice' WHEN GROUPING(borough) = 0 THEN 'borough' ELSE 'area' END AS area_kind,
      CASE WHEN GROUPING(practice) = 0 THEN practice WHEN GROUPING(borough) = 0 THEN borough ELSE 'all' END AS area,
      CAST(month AS DATE) AS month, CAST(SUM(numerator) AS BIGINT) AS numerator, CAST(SUM(denominator) AS BIGINT) AS denominator
    FROM ({sql}) AS base JOIN population_place ON population_place.place = base.place
    {begun}
    GROUP BY GROUPING SETS ((practice, month), (borough, month), (month))
    HAVING GROUPING(borough) = 1 OR borough <> ''"""


def main():
    index, facts, definitions, out, as_at = sys.argv[1:]
    facts, definitions, out = Path(facts), Path(definitions), Path(out)
    day = f"DATE '{as_at}'"
    db = duckdb.connect()
    db.execute("SET threads = 2; SET memory_limit = '12GB'; SET preserve_insertion_order = false")
    db.execute("CREATE MACRO LOGISTIC(x) AS 1 / (1 + EXP(-x))")
    for folder in sorted(facts.iterdir()):
        reference = folder.name.startswith("ref_") or (folder / "reference.parquet").exists()
        if folder.name in ("person", "population_place", "data_begins") or reference:
            db.execute(f"CREATE TABLE {folder.name} AS SELECT * FROM '{folder}/*.parquet'")
    kinds = [(p.stem, re.search(r"^# kind: (\w+)", p.read_text(), re.M).group(1)) for p in sorted((definitions / "codelists").glob("*.csv"))]
    db.execute("CREATE TABLE codelist_kind (codelist VARCHAR, kind VARCHAR)")
    db.executemany("INSERT INTO codelist_kind VALUES (?, ?)", kinds)
    schemes = ["", "snomed", "icd10", "opcs4", "dmd", "loinc", "rxnorm", "cvx", "ae_diagnosis", "local"]  # CodeScheme::ALL
    db.execute("CREATE TABLE scheme_number (scheme VARCHAR, number INTEGER)")
    db.executemany("INSERT INTO scheme_number VALUES (?, ?)", [(name, n) for n, name in enumerate(schemes)])
    # A row of the index is told by its bucket and its place in it; neither order of buckets nor of people matters.
    texts = ", ".join(f"COALESCE({c}, '') AS {c}" for c in ("codes", "procedures", "provider", "method", "outcome", "specialty", "subtype"))
    db.execute(f"""CREATE VIEW event AS SELECT person_id, kind, scheme, start, "end", admitted, discharged, value, {texts},
        file_row_number AS seq FROM read_parquet('{index}/*.parquet', file_row_number = true)""")
    for statement in (HERE / "facts.sql").read_text().split(";\n"):
        if re.sub(r"--[^\n]*", "", statement).strip():
            db.execute(statement.replace("{as_at}", day).replace("{icd10}", str(schemes.index("icd10"))))
    registers = [definition(p) for p in sorted((definitions / "registers").glob("*.sql"))]
    db.execute("CREATE TABLE register AS " + " UNION ALL ".join(
        f"SELECT person_id, '{head['name']}' AS register, since FROM ({sql.replace('{as_at}', day)})" for head, sql in registers))
    head, sql = definition(definitions / "groups" / "nnhip.sql")
    db.execute(f"CREATE TABLE population_group AS SELECT 'nnhip' AS pack, person_id, \"group\" FROM ({sql.replace('{as_at}', day)})")
    (out / "score").mkdir(parents=True, exist_ok=True)
    (out / "indicator").mkdir(exist_ok=True)
    for path in sorted((definitions / "scores").glob("*.sql")):
        head, sql = definition(path)
        sql = sql.replace("{as_at}", day)
        db.execute(f"COPY (SELECT person_id, CAST(value AS DOUBLE) AS value, band, reason FROM ({sql})) TO '{out}/score/{head['name']}.parquet'")
    # Indicators see what agreements cover for planning.
    for table in PLANNING:
        db.execute(f"ALTER TABLE {table} RENAME TO all_{table}")
        db.execute(f"CREATE VIEW {table} AS SELECT * FROM all_{table} WHERE planning")
    db.execute("ALTER TABLE population_group RENAME TO all_population_group")
    db.execute("CREATE VIEW population_group AS SELECT * FROM all_population_group WHERE person_id IN (SELECT person_id FROM person)")
    for path in sorted((definitions / "indicators").glob("*.sql")):
        head, sql = definition(path)
        sql = by_area(days(sql.replace("{as_at}", day)), head.get("data", []))
        db.execute(f"COPY ({sql}) TO '{out}/indicator/{head['name']}.parquet'")


main()
