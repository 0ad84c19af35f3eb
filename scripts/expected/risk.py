"""Test data that we made, with known true coefficients, and what statsmodels, scikit-learn and numpy give for a model of risk fitted on
one half and tried on the other: crates/methods/tests/expected/risk_model.*.

Needs numpy, pandas, scipy, statsmodels and scikit-learn. Run from the root: python scripts/expected/risk.py
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

folder = Path("crates/methods/tests/expected")
chance = np.random.default_rng(20261123)

# Adults by age, emergency admissions, medicines and three conditions; the log odds are exactly these.
TERMS = [
    ("age_65", "age", 65, 74), ("age_75", "age", 75, 84), ("age_85", "age", 85, None),
    ("admitted_1", "admissions", 1, 1), ("admitted_2", "admissions", 2, None),
    ("medicines_10", "medicines", 10, None),
    ("heart_failure", "heart_failure", 1, None), ("copd", "copd", 1, None), ("dementia", "dementia", 1, None),
]
TRUE = {"constant": -3.0, "age_65": 0.4, "age_75": 0.8, "age_85": 1.3, "admitted_1": 0.9, "admitted_2": 1.6, "medicines_10": 0.35,
        "heart_failure": 0.7, "copd": 0.5, "dementia": -0.2}

n = 6000
age = chance.integers(18, 96, n)
old = np.clip((age - 40) / 50, 0.02, 1)
people = pd.DataFrame({
    "age": age,
    "admissions": chance.poisson(0.5 * old),
    "medicines": chance.poisson(10 * old),
    "heart_failure": (chance.random(n) < 0.2 * old).astype(int),
    "copd": (chance.random(n) < 0.15 * old).astype(int),
    "dementia": (chance.random(n) < 0.1 * old).astype(int),
})


def has(term):
    _, column, low, high = term
    return ((people[column] >= low) & (people[column] <= (np.inf if high is None else high))).astype(float)


X = np.column_stack([np.ones(n)] + [has(term) for term in TERMS])
names = ["constant"] + [term[0] for term in TERMS]
logit = X @ np.array([TRUE[name] for name in names])
people["outcome"] = (chance.random(n) < 1 / (1 + np.exp(-logit))).astype(int)
people.to_csv(folder / "risk_model.csv", index=False)

first, later = slice(0, n // 2), slice(n // 2, n)
y = people["outcome"].to_numpy()
fit = sm.GLM(y[first], X[first], family=sm.families.Binomial()).fit(tol=1e-14, maxiter=200)
limits = fit.conf_int()
# Another implementation, without a penalty: what it finds is to be the same to four places.
other = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-12, max_iter=10_000).fit(X[first], y[first])
assert np.allclose(other.coef_[0], fit.params, atol=1e-4)

risk = fit.predict(X[later])
seen = y[later]
case, control = risk[seen == 1], risk[seen == 0]
above = np.array([np.mean((x > control) + 0.5 * (x == control)) for x in case])
below = np.array([np.mean((case > x) + 0.5 * (case == x)) for x in control])
line = np.log(risk / (1 - risk))
slope = sm.GLM(seen, np.column_stack([np.ones(seen.size), line]), family=sm.families.Binomial()).fit(tol=1e-14, maxiter=200)
intercept = sm.GLM(seen, np.ones(seen.size), family=sm.families.Binomial(), offset=line).fit(tol=1e-14, maxiter=200)

# Population stability index in groups at fixed borders, half a person more in each.
borders = [0.03, 0.05, 0.08, 0.12, 0.2, 0.35]
count = lambda risks: np.bincount(np.searchsorted(borders, risks, side="left"), minlength=len(borders) + 1)
share = lambda counts: (counts + 0.5) / (counts + 0.5).sum()
then, now = count(fit.predict(X[first])), count(risk[seen.size // 2:] * 1.3)
index = np.sum((share(now) - share(then)) * np.log(share(now) / share(then)))

found = {
    "terms": [{"name": t[0], "column": t[1], "from": t[2], "to": t[3], "title": t[0], "words": t[0]} for t in TERMS],
    "true": TRUE,
    "coefficients": {name: {"estimate": b, "standard_error": s, "p_value": p, "lower": lo, "upper": hi}
                     for name, b, s, p, (lo, hi) in zip(names, fit.params, fit.bse, fit.pvalues, limits)},
    "auc": roc_auc_score(seen, risk), "auc_error": float(np.sqrt(above.var(ddof=1) / case.size + below.var(ddof=1) / control.size)),
    "slope": slope.params[1], "slope_error": slope.bse[1], "intercept": intercept.params[0], "intercept_error": intercept.bse[0],
    "brier": brier_score_loss(seen, risk), "expected": float(risk.sum()), "events": int(seen.sum()),
    "stability": {"borders": borders, "people": then.tolist(), "index": float(index)},
}
(folder / "risk_model.json").write_text(json.dumps(found, indent=1) + "\n")
