"""Splink 5 on one of the sets: settings as its documentation's demonstrations have them, for each set's columns.

    peer_splink.py SET-FOLDER OUT

Writes OUT/links.csv (pairs at the lowest threshold tried, with match_probability), and OUT/clusters-T.csv for each threshold T.
The caller scores each threshold and keeps the best, which is generous: the thresholds are chosen with the truth in hand.
"""
import json
import logging
import sys
import time
import tomllib
from pathlib import Path

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

THRESHOLDS = (0.5, 0.9, 0.95, 0.99)


def read(con, folder, spec):
    """The set's files as tables whose columns have the names of the first file; blanks trimmed, empty as null; by name."""
    tables = []
    for path in sorted(p for p in folder.iterdir() if p.suffix in (".csv", ".parquet") and p.name != "truth.csv"):
        source = f"read_csv('{path}', all_varchar=true, header=true)" if path.suffix == ".csv" else f"read_parquet('{path}')"
        columns = [c[0] for c in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
        roles = dict(spec["columns"])
        own = spec.get("files", {}).get(path.name, {}).get("columns", {})
        back = {}  # this file's column -> the first file's column of that role, in order
        for role in set(own.values()):
            mine = [c for c, r in own.items() if r == role]
            theirs = [c for c, r in roles.items() if r == role]
            back |= dict(zip(mine, theirs))
        wanted = [f"nullif(trim(\"{c}\"), '') AS \"{back.get(c.strip(), c.strip())}\"" for c in columns]
        name = "t" + str(len(tables))
        con.execute(f"CREATE VIEW {name}_raw AS SELECT {', '.join(wanted)} FROM {source}").fetchall()
        tables.append((name, path.name))
    return tables


def prepare(con, tables, columns):
    """A table a file with exactly the columns asked for: name -> SQL expression over the raw ones."""
    for name, _ in tables:
        wanted = ", ".join(f'{sql} AS "{column}"' for column, sql in columns.items())
        con.execute(f"CREATE TABLE {name} AS SELECT {wanted} FROM {name}_raw").fetchall()
        con.execute(f"DROP VIEW {name}_raw").fetchall()


def tf(comparison):
    return comparison.configure(term_frequency_adjustments=True)


def febrl(_):
    """docs: the FEBRL 3 and FEBRL 4 demonstrations, with term frequencies."""
    columns = {"unique_id": "rec_id", "given_name": "given_name", "surname": "surname", "address": "concat_ws(' ', street_number, address_1)", "street_number": "street_number",
               "address_1": "address_1", "suburb": "suburb", "postcode": "postcode", "state": "state", "dob": "date_of_birth", "soc_sec_id": "soc_sec_id"}
    comparisons = [tf(cl.NameComparison("given_name")), tf(cl.NameComparison("surname")), tf(cl.DamerauLevenshteinAtThresholds("dob", [1, 2])),
                   cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]), tf(cl.ExactMatch("street_number")), tf(cl.DamerauLevenshteinAtThresholds("postcode", [1, 2])),
                   tf(cl.JaroWinklerAtThresholds("address_1", [0.9, 0.7]))]
    blocks = [block_on("given_name", "surname"), block_on("soc_sec_id"), block_on("dob"), block_on("postcode", "surname"), block_on("postcode", "given_name"), block_on("address_1"),
              block_on("street_number", "suburb"), block_on("given_name", "postcode")]
    train = [block_on("dob"), block_on("given_name", "surname"), block_on("postcode")]
    return columns, comparisons, blocks, train, [block_on("soc_sec_id"), block_on("given_name", "surname", "dob")], 0.9


def fake_1000(_):
    """docs: the quick start, with its deterministic rules."""
    columns = {c: c for c in ("unique_id", "first_name", "surname", "dob", "city", "email")}
    comparisons = [cl.NameComparison("first_name"), cl.NameComparison("surname"), cl.DateOfBirthComparison("dob", input_is_string=True), tf(cl.ExactMatch("city")), cl.EmailComparison("email")]
    blocks = [block_on("first_name", "city"), block_on("surname"), block_on("dob"), block_on("email"), block_on("first_name", "surname")]
    sure = [block_on("first_name", "dob"), "l.email = r.email and levenshtein(l.surname, r.surname) <= 2", "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2"]
    return columns, comparisons, blocks, [block_on("first_name", "surname"), block_on("dob"), block_on("email")], sure, 0.7


def historical(_):
    """docs: the demonstration on historical_50k."""
    columns = {c: c for c in ("unique_id", "first_name", "surname", "dob", "birth_place", "postcode_fake", "occupation")}
    columns["first_name_surname_concat"] = "first_name || ' ' || surname"
    comparisons = [cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="first_name_surname_concat"), cl.DateOfBirthComparison("dob", input_is_string=True),
                   tf(cl.PostcodeComparison("postcode_fake")), tf(cl.ExactMatch("birth_place")), tf(cl.ExactMatch("occupation"))]
    blocks = [block_on("first_name", "surname"), block_on("surname", "dob"), block_on("first_name", "dob"), block_on("dob", "birth_place"), block_on("first_name", "postcode_fake"), block_on("surname", "postcode_fake"),
              block_on("substr(first_name,1,3)", "substr(surname,1,4)"), block_on("postcode_fake", "dob"), block_on("postcode_fake", "substr(first_name,1,2)")]
    sure = [block_on("first_name", "surname", "dob"), block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"), block_on("dob", "postcode_fake")]
    return columns, comparisons, blocks, [block_on("first_name", "surname"), block_on("dob"), block_on("substr(dob,1,4)", "substr(postcode_fake,1,4)")], sure, 0.6


def people(_):
    """The WSIC-like sets: names, date of birth, sex, postcode, first address line, NHS number.

    Phone and email are left out on purpose: families share them, and Splink does worse with them (pairwise F1 .88 for .94 on uk_households).
    """
    columns = {"unique_id": "record_id", "given_name": "lower(given_name)", "family_name": "lower(family_name)", "sex": "sex[1]", "address_line_1": "lower(address_line_1)"}
    columns["date_of_birth"] = r"regexp_replace(date_of_birth, '^(\d\d)/(\d\d)/(\d{4})$', '\3-\2-\1')"
    columns |= {"postcode": r"regexp_replace(replace(postcode, ' ', ''), '(...)$', ' \1')", "nhs_number": "replace(nhs_number, ' ', '')"}
    columns["name_concat"] = "lower(given_name || ' ' || family_name)"
    name = cl.ForenameSurnameComparison("given_name", "family_name", forename_surname_concat_col_name="name_concat")
    number = cl.CustomComparison(output_column_name="nhs_number", comparison_levels=[cll.NullLevel("nhs_number"), cll.ExactMatchLevel("nhs_number"), cll.DamerauLevenshteinLevel("nhs_number", 1), cll.ElseLevel()])
    comparisons = [name, cl.DateOfBirthComparison("date_of_birth", input_is_string=True), cl.ExactMatch("sex"), tf(cl.PostcodeComparison("postcode")), cl.JaroWinklerAtThresholds("address_line_1", [0.9]), number]
    blocks = [block_on("nhs_number"), block_on("given_name", "family_name", "date_of_birth"), block_on("date_of_birth", "postcode"), block_on("family_name", "date_of_birth"), block_on("given_name", "date_of_birth"),
              block_on("given_name", "family_name", "postcode")]
    train = [block_on("nhs_number"), block_on("date_of_birth", "family_name"), block_on("postcode", "given_name")]
    return columns, comparisons, blocks, train, [block_on("nhs_number"), block_on("given_name", "family_name", "date_of_birth")], 0.9


def settings_for(folder):
    name = folder.name
    for start, settings in (("febrl", febrl), ("fake_1000", fake_1000), ("historical", historical), ("uk_", people), ("feeds", people), ("plain", people)):
        if name.startswith(start):
            return settings
    sys.exit(f"no Splink settings for {name}")


def main():
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    logging.disable(logging.WARNING)
    spec = tomllib.loads((folder / "spec.toml").read_text())
    started = time.monotonic()
    con = duckdb.connect()
    tables = read(con, folder, spec)
    columns, comparisons, blocks, train, sure, recall = settings_for(folder)(spec)
    prepare(con, tables, columns)
    api = DuckDBAPI(con)
    frames = [api.register(name, dataset_display_name=name + "_in") for name, _ in tables]
    kind = {"dedupe": "dedupe_only"}.get(spec["mode"], spec["mode"])
    large = sum(con.execute(f"SELECT count(*) FROM {n}").fetchall()[0][0] for n, _ in tables) > 60_000
    linker = Linker(frames if len(frames) > 1 else frames[0], SettingsCreator(
        link_type=kind, comparisons=comparisons, blocking_rules_to_generate_predictions=blocks, retain_matching_columns=False, retain_intermediate_calculation_columns=False), log_level=None)
    linker.training.estimate_probability_two_random_records_match(sure, recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in train:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=1e6 if large else None)
    trained = time.monotonic()
    found = linker.inference.predict(threshold_match_probability=THRESHOLDS[0])
    predicted = time.monotonic()
    # the large sets: one clustering only, at the threshold that suits people, so that the time is one run's
    for threshold in (0.99,) if large else THRESHOLDS:
        # cluster_using_single_best_links takes 9.6 GB on FEBRL 4 and finds nothing better there
        grouped = linker.clustering.cluster_pairwise_predictions_at_threshold(found, threshold_match_probability=threshold)
        con.execute(f"COPY (SELECT {file_of(tables, 'source_dataset')} AS file, unique_id AS id, cluster_id AS cluster FROM {grouped.physical_name}) TO '{out}/clusters-{threshold}.csv' (HEADER)").fetchall()
    clustered = time.monotonic()
    left, right = file_of(tables, "source_dataset_l"), file_of(tables, "source_dataset_r")
    con.execute(f"COPY (SELECT {left} AS left_file, unique_id_l AS left_id, {right} AS right_file, unique_id_r AS right_id, {probability(con, found)} AS match_probability "
                f"FROM {found.physical_name}) TO '{out}/links.csv' (HEADER)").fetchall()
    (out / "stages.json").write_text(json.dumps({"train": trained - started, "predict": predicted - trained, "cluster": clustered - predicted}))


def file_of(tables, column):
    """SQL that gives the file's name back; Splink's own name for a table may hold no full stop."""
    if len(tables) == 1:
        return f"'{tables[0][1]}'"
    return f"CASE {column} " + " ".join(f"WHEN '{name}_in' THEN '{file}'" for name, file in tables) + " END"


def probability(con, found):
    columns = [c[0] for c in con.execute(f"DESCRIBE {found.physical_name}").fetchall()]
    return "match_probability" if "match_probability" in columns else "1 / (1 + pow(2, -match_weight))"


if __name__ == "__main__":
    main()
