#!/usr/bin/env python3
"""Precision, recall and F1 of a linkage against the truth.

    evaluate.py TRUTH.csv DIR [--mode MODE] [--errors FILE] [--limit N] [--json]

TRUTH.csv has file,id,person. DIR has links.csv (left_file,left_id,right_file,right_id,...) and clusters.csv
(file,id,cluster); either may be missing. The mode (dedupe, link_only, link_and_dedupe) is read from spec.toml beside
TRUTH.csv: under link_only a pair inside one file is neither right nor wrong. False positives and false negatives, by links
(by clusters where there are no links), go to DIR/errors.csv, at most N of each, with both records where the files lie
beside TRUTH.csv. Needs polars.
"""
import argparse, json, sys, time, tomllib
from pathlib import Path

try:
    import polars as pl
except ImportError:
    sys.exit("evaluate.py needs polars: pip install polars (benches/linkage/run makes an environment that has it)")


def base(column):
    return pl.col(column).str.replace(r"^.*/", "")


def read(path, columns):
    frame = pl.read_csv(path, infer_schema=False, columns=columns)
    return frame.with_columns(pl.all().str.strip_chars())


class Truth:
    """Every record as a number, with its person and its file as numbers."""

    def __init__(self, path, mode):
        frame = read(path, ["file", "id", "person"])
        self.one_file = frame["file"].n_unique() == 1
        self.across = mode == "link_only" and not self.one_file
        self.frame = frame.with_columns(
            base("file").alias("file"), pl.col("person").hash().alias("who")
        ).with_row_index("record")
        self.frame = self.frame.with_columns(pl.col("file").hash().alias("source"))
        self.true_pairs = self.pairs(self.frame, ["who"])

    def pairs(self, frame, by):
        """Pairs of records that share `by`; only pairs across files where that is what counts."""
        whole = choose(frame.group_by(by).len()["len"])
        return whole - choose(frame.group_by([*by, "source"]).len()["len"]) if self.across else whole

    def locate(self, frame, file, ident, prefix):
        keys = self.frame.select(
            pl.col("file").alias("_f"), pl.col("id").alias("_i"),
            pl.col("record").alias(prefix + "record"), pl.col("who").alias(prefix + "who"), pl.col("source").alias(prefix + "source"),
        )
        if self.one_file:
            return frame.join(keys.drop("_f"), left_on=ident, right_on="_i", how="inner")
        return frame.with_columns(base(file).alias("_f")).join(keys, left_on=["_f", ident], right_on=["_f", "_i"], how="inner").drop("_f")


def choose(counts):
    counts = counts.cast(pl.Int64)
    return int((counts * (counts - 1)).sum() // 2)


def score(right, said, true):
    precision = right / said if said else 1.0
    recall = right / true if true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"p": precision, "r": recall, "f1": f1, "right": right, "said": said, "true": true}


def links(truth, path):
    columns = ["left_file", "left_id", "right_file", "right_id"]
    names = pl.read_csv(path, n_rows=0).columns
    with_probability = columns + [c for c in ("match_probability", "rule") if c in names]
    frame = read(path, with_probability)
    frame = truth.locate(frame, "left_file", "left_id", "l_")
    frame = truth.locate(frame, "right_file", "right_id", "r_")
    frame = frame.filter(pl.col("l_record") != pl.col("r_record"))
    if truth.across:
        frame = frame.filter(pl.col("l_source") != pl.col("r_source"))
    frame = frame.with_columns(
        pl.min_horizontal("l_record", "r_record").alias("a"), pl.max_horizontal("l_record", "r_record").alias("b")
    ).unique(["a", "b"], maintain_order=True)
    right = int((frame["l_who"] == frame["r_who"]).sum())
    return score(right, frame.height, truth.true_pairs), frame


def clusters(truth, path):
    frame = truth.locate(read(path, ["file", "id", "cluster"]), "file", "id", "l_")
    frame = frame.select(
        pl.col("l_record").alias("record"), pl.col("l_who").alias("who"), pl.col("l_source").alias("source"),
        pl.col("cluster").hash().alias("cluster"),
    ).unique("record")
    return score(truth.pairs(frame, ["cluster", "who"]), truth.pairs(frame, ["cluster"]), truth.true_pairs), frame


def pairs_in(truth, frame, by, limit):
    """Pairs that share `by`, of at most about `limit` groups; big groups are cut to 50 records."""
    counts = frame.group_by(by).len().filter(pl.col("len") > 1).sort(by).head(limit)
    some = frame.join(counts.select(by), on=by, how="semi").sort("record")
    some = some.filter(pl.int_range(pl.len()).over(by) < 50)
    both = some.join(some, on=by, suffix="_b").filter(pl.col("record") < pl.col("record_b"))
    return both.filter(pl.col("source") != pl.col("source_b")) if truth.across else both


def errors(truth, found, grouped, limit):
    """False positives and false negatives as pairs of record numbers."""
    people = truth.frame.select("record", "who", "source")
    if found is not None:
        wrong = found.filter(pl.col("l_who") != pl.col("r_who")).head(limit)
        wrong = wrong.select("a", "b", *[c for c in ("match_probability", "rule") if c in wrong.columns])
        missed = pairs_in(truth, people, "who", 10 * limit).join(found.select("a", "b"), left_on=["record", "record_b"], right_on=["a", "b"], how="anti")
    else:
        wrong = pairs_in(truth, grouped, "cluster", 10 * limit).filter(pl.col("who") != pl.col("who_b")).head(limit)
        wrong = wrong.select(pl.col("record").alias("a"), pl.col("record_b").alias("b"))
        together = pairs_in(truth, grouped, "cluster", grouped.height).select("record", "record_b")
        missed = pairs_in(truth, people, "who", 10 * limit).join(together, on=["record", "record_b"], how="anti")
    missed = missed.head(limit).select(pl.col("record").alias("a"), pl.col("record_b").alias("b"))
    return pl.concat([wrong.with_columns(pl.lit("false_positive").alias("kind")), missed.with_columns(pl.lit("false_negative").alias("kind"))], how="diagonal")


def named(truth, pairs, folder):
    """The pairs with their ids and, where the data lie beside the truth, with their records."""
    keys = truth.frame.select("record", "file", "id", "person")
    pairs = pairs.join(keys, left_on="a", right_on="record").join(keys, left_on="b", right_on="record", suffix="_right")
    texts = []
    for name in sorted({*pairs["file"].unique().to_list(), *pairs["file_right"].unique().to_list()}):
        path = folder / name
        if not path.exists():
            continue
        wanted = pl.concat([pairs.filter(pl.col("file") == name)["id"], pairs.filter(pl.col("file_right") == name)["id_right"]]).unique()
        rows = pl.scan_parquet(path) if path.suffix == ".parquet" else pl.scan_csv(path, infer_schema=False)
        rows = rows.with_columns(pl.all().cast(pl.String).str.strip_chars())
        rows = rows.rename({c: c.strip() for c in rows.collect_schema().names()})
        ident = identifier(folder, name, rows.collect_schema().names())
        rows = rows.filter(pl.col(ident).is_in(wanted.implode())).collect()
        text = rows.select(
            pl.lit(name).alias("file"), pl.col(ident).alias("id"),
            pl.concat_str([pl.col(c).fill_null("-") for c in rows.columns if c != ident], separator=" | ").alias("text"),
        )
        texts.append(text)
    if not texts:
        return pairs.drop("a", "b")
    text = pl.concat(texts)
    pairs = pairs.join(text, on=["file", "id"], how="left")
    pairs = pairs.join(text, left_on=["file_right", "id_right"], right_on=["file", "id"], how="left", suffix="_right")
    return pairs.sort("kind", "a", "b").drop("a", "b")


def identifier(folder, name, columns):
    """The id column of a file, from spec.toml beside the truth; the first column otherwise."""
    try:
        spec = tomllib.loads((folder / "spec.toml").read_text())
    except OSError:
        return columns[0]
    own = spec.get("files", {}).get(name, {}).get("columns", {})
    for column, role in [*own.items(), *spec.get("columns", {}).items()]:
        if role == "id" and column in columns:
            return column
    return columns[0]


def mode_of(folder):
    try:
        return tomllib.loads((folder / "spec.toml").read_text()).get("mode", "dedupe")
    except OSError:
        return "link_and_dedupe"


def evaluate(truth_path, folder, mode=None, error_file=None, limit=5000):
    truth_path, folder = Path(truth_path), Path(folder)
    truth = Truth(truth_path, mode or mode_of(truth_path.parent))
    result, found, grouped = {"records": truth.frame.height, "true_pairs": truth.true_pairs}, None, None
    if (folder / "links.csv").exists():
        result["links"], found = links(truth, folder / "links.csv")
    if (folder / "clusters.csv").exists():
        result["clusters"], grouped = clusters(truth, folder / "clusters.csv")
    if error_file and (found is not None or grouped is not None):
        named(truth, errors(truth, found, grouped, limit), truth_path.parent).write_csv(error_file)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truth")
    parser.add_argument("folder")
    parser.add_argument("--mode", choices=["dedupe", "link_only", "link_and_dedupe"])
    parser.add_argument("--errors", help="where the wrong pairs go (DIR/errors.csv; `none` for nowhere)")
    parser.add_argument("--limit", type=int, default=5000)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    start = time.monotonic()
    error_file = None if args.errors == "none" else args.errors or Path(args.folder) / "errors.csv"
    result = evaluate(args.truth, args.folder, args.mode, error_file, args.limit)
    if args.json:
        print(json.dumps(result))
        return
    print(f"{result['records']} records, {result['true_pairs']} true pairs ({time.monotonic() - start:.1f} s)")
    for kind in ("links", "clusters"):
        if s := result.get(kind):
            print(f"{kind:9} P {s['p']:.5f}  R {s['r']:.5f}  F1 {s['f1']:.5f}   {s['said'] - s['right']} wrong, {s['true'] - s['right']} missed")
    if error_file:
        print(f"errors in {error_file}")


if __name__ == "__main__":
    main()
