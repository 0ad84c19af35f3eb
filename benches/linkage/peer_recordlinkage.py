"""recordlinkage 0.16 on one of the sets: several blocking keys, string comparisons, its unsupervised ECM classifier.

    peer_recordlinkage.py SET-FOLDER OUT
"""
import sys
import tomllib
import warnings
from pathlib import Path

import pandas as pd
import recordlinkage as rl

warnings.filterwarnings("ignore")
BLOCKS = {  # by role; a date cut to its year stands as "year"
    "febrl": [("given_name", "family_name"), ("date_of_birth",), ("identifier",), ("postcode", "family_name"), ("postcode", "given_name"), ("family_name", "address1")],
    "fake": [("given_name",), ("family_name",), ("date_of_birth",), ("email",)],
    "historical": [("given_name", "family_name"), ("family_name", "date_of_birth"), ("given_name", "date_of_birth"), ("date_of_birth", "other0"), ("given_name", "postcode"), ("family_name", "postcode")],
    "uk": [("nhs_number",), ("given_name", "family_name"), ("date_of_birth",), ("phone", "given_name"), ("family_name", "postcode")],
    "feeds": [("nhs_number",), ("date_of_birth", "family_name"), ("date_of_birth", "given_name"), ("date_of_birth", "postcode")],
}


def table(path, spec):
    raw = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype=str, keep_default_na=False)
    raw.columns = [c.strip() for c in raw.columns]
    roles = dict(spec["columns"]) | spec.get("files", {}).get(path.name, {}).get("columns", {})
    out, seen = {}, {}
    for column in raw.columns:
        if role := roles.get(column):
            number = seen[role] = seen.get(role, -1) + 1
            name = f"{role}{number}" if role in ("address", "other") else role
            values = raw[column].fillna("").str.strip().str.lower()
            if role == "date_of_birth":
                values = values.str.replace(r"^(\d\d)/(\d\d)/(\d{4})$", r"\3-\2-\1", regex=True)
            if role in ("nhs_number", "postcode"):
                values = values.str.replace(" ", "")
            if role == "sex":
                values = values.str[:1]
            out[name] = raw[column].str.strip() if role == "id" else values.where(values != "", None)
    return pd.DataFrame(out).set_index("id")


def main():
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    spec = tomllib.loads((folder / "spec.toml").read_text())
    paths = sorted(p for p in folder.iterdir() if p.suffix in (".csv", ".parquet") and p.name != "truth.csv")
    frames = [table(p, spec) for p in paths]
    if len(frames) > 2:
        sys.exit("recordlinkage links two files at most")
    index = rl.Index()
    for keys in next(v for k, v in BLOCKS.items() if folder.name.startswith(k)):
        index.block(list(keys))
    pairs = index.index(*frames)
    compare = rl.Compare()
    for column in frames[0].columns:
        if column not in frames[-1].columns or column == "full_name":
            continue
        if column in ("given_name", "family_name", "middle_name"):
            compare.string(column, column, method="jarowinkler", threshold=0.85, label=column, missing_value=0)
        elif column.startswith("address"):
            compare.string(column, column, method="damerau_levenshtein", threshold=0.7, label=column, missing_value=0)
        else:
            compare.exact(column, column, label=column, missing_value=0)
    features = compare.compute(pairs, *frames)
    features = features.astype(int)
    features = features[[c for c in features.columns if features[c].nunique() > 1]]
    links = rl.ECMClassifier(binarize=None, atol=1e-4).fit_predict(features)
    left, right = paths[0].name, paths[-1].name
    pd.DataFrame({"left_file": left, "left_id": links.get_level_values(0), "right_file": right, "right_id": links.get_level_values(1)}).to_csv(out / "links.csv", index=False)


if __name__ == "__main__":
    main()
