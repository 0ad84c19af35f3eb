"""The best of several thresholds of a peer that wrote links.csv with match_probability and clusters-T.csv for each T."""
import json
import sys
from pathlib import Path

import polars as pl

import evaluate


def best(truth_path, folder, thresholds=(0.5, 0.9, 0.95, 0.99)):
    """Scores each threshold by links and by clusters; gives {"links": ..., "clusters": ...} with the best F1 and its threshold.

    `thresholds` None: all links as given, which is how our own are scored.
    """
    truth_path, folder = Path(truth_path), Path(folder)
    truth = evaluate.Truth(truth_path, evaluate.mode_of(truth_path.parent))
    result = {}
    if (folder / "links.csv").exists():
        _, found = evaluate.links(truth, folder / "links.csv")
        for threshold in thresholds if thresholds and "match_probability" in found.columns else ("given",):
            some = found if threshold == "given" else found.filter(pl.col("match_probability").cast(pl.Float64) >= threshold)
            score = evaluate.score(int((some["l_who"] == some["r_who"]).sum()), some.height, truth.true_pairs) | {"threshold": threshold}
            if score["f1"] > result.get("links", {"f1": -1})["f1"]:
                result["links"] = score
    for path in sorted([*folder.glob("clusters-*.csv"), *folder.glob("clusters.csv")]):
        score, _ = evaluate.clusters(truth, path)
        score["threshold"] = path.stem.removeprefix("clusters-")
        if score["f1"] > result.get("clusters", {"f1": -1})["f1"]:
            result["clusters"] = score
    return result


if __name__ == "__main__":
    scores = best(sys.argv[1], sys.argv[2], **({"thresholds": None} if "--as-given" in sys.argv else {}))
    if "--json" in sys.argv:
        print(json.dumps(scores))
    else:
        for kind, s in scores.items():
            print(f"{kind:9} P {s['p']:.5f}  R {s['r']:.5f}  F1 {s['f1']:.5f}  at {s['threshold']}")
