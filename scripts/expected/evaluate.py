"""Test data that we made, and what statsmodels and scikit-learn give for it: crates/wsic/tests/it/expected/evaluate and crates/methods/tests/expected.

Needs numpy, scipy, pandas, statsmodels and scikit-learn. Run from the root: python scripts/expected/evaluate.py [FILE]
With the A&E attendances of North West London's trusts (nwl_trust_accidents_emergency.csv) as FILE, also what the real series gives.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from sklearn.metrics import brier_score_loss, roc_auc_score

folder = Path("crates/wsic/tests/it/expected/evaluate")
folder.mkdir(parents=True, exist_ok=True)
chance = np.random.default_rng(20261122)


def put(name, fit, names, cov=None, degrees=None, **more):
    """Coefficients as they are to be found; with `degrees` judged by Student's distribution."""
    cov = np.asarray(fit.cov_params() if cov is None else cov)
    b, se = np.asarray(fit.params), np.sqrt(np.diag(cov))
    law = stats.norm if degrees is None else stats.t(degrees)
    reach = law.isf(0.025)
    found = {
        "coefficients": {
            n: {"estimate": x, "standard_error": s, "p_value": 2 * law.sf(abs(x / s)), "lower": x - reach * s, "upper": x + reach * s}
            for n, x, s in zip(names, b, se)
        },
        **more,
    }
    (folder / f"{name}.json").write_text(json.dumps(found, indent=1) + "\n")


# Interrupted time series: 60 months, something begins in the 37th, with a control area.
months = pd.date_range("2013-01-01", periods=60, freq="MS")
t = np.arange(1, 61.0)
start = 37
after = (t >= start).astype(float)
since = after * (t - start)
people = np.round(48000 + 60 * t)
noise = np.zeros(60)
for i in range(60):
    noise[i] = (0.45 * noise[i - 1] if i else 0) + chance.normal(0, 14)
season = 25 * np.sin(2 * np.pi * t / 12) + 12 * np.cos(2 * np.pi * t / 12)
ours = np.round(520 + 1.8 * t - 35 * after - 2.1 * since + season + noise)
theirs = np.round(610 + 1.5 * t - 8 * after - 0.2 * since + season + chance.normal(0, 16, 60))
rows = [(m.strftime("%Y-%m-%d"), "NWL", int(v), int(n)) for m, v, n in zip(months, ours, people)]
rows += [(m.strftime("%Y-%m-%d"), "Control", int(v), int(n * 1.2)) for m, v, n in zip(months, theirs, people)]
pd.DataFrame(rows, columns=["month", "area", "admissions", "people"]).to_csv(folder / "its.csv", index=False)

one = np.ones(60)
X = np.column_stack([one, t, after, since])
names = ["constant", "time", "level", "slope"]
ols = sm.OLS(ours, X).fit()
put("its.independent", ols, names, degrees=56, sigma=float(np.sqrt(ols.scale)), r_squared=ols.rsquared, durbin_watson=float(sm.stats.durbin_watson(ols.resid)),
    fitted=list(ols.fittedvalues), counterfactual=list(X[:, :2] @ ols.params[:2]))
hac = sm.OLS(ours, X).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True})
put("its.newey_west", hac, names, degrees=56)
plain = sm.OLS(ours, X).fit(cov_type="HAC", cov_kwds={"maxlags": 6, "use_correction": False})
put("its.newey_west_normal", plain, names)

seasonal = np.column_stack([X, *(f(2 * np.pi * k * t / 12) for k in (1, 2) for f in (np.sin, np.cos))])
fit = sm.OLS(ours, seasonal).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True})
put("its.season", fit, names + ["sin_1", "cos_1", "sin_2", "cos_2"], degrees=52)

# Prais and Winsten: generalised least squares with the whole matrix, the share found by iteration.
rho = 0.0
for _ in range(500):
    corr = rho ** np.abs(np.subtract.outer(t, t))
    fit = sm.GLS(ours, X, sigma=corr / (1 - rho**2)).fit()
    e = ours - X @ fit.params
    rho = (e[1:] @ e[:-1]) / (e[:-1] @ e[:-1])
put("its.prais_winsten", fit, names, degrees=56, autocorrelation=rho)

poisson = sm.GLM(ours, seasonal, family=sm.families.Poisson(), offset=np.log(people)).fit(tol=1e-14)
names_seasonal = names + ["sin_1", "cos_1", "sin_2", "cos_2"]
put("its.poisson", poisson, names_seasonal, dispersion=poisson.pearson_chi2 / 52)
put("its.quasi_poisson", poisson, names_seasonal, cov=poisson.cov_params() * poisson.pearson_chi2 / 52, degrees=52)
robust = sm.GLM(ours, seasonal, family=sm.families.Poisson(), offset=np.log(people)).fit(
    tol=1e-14, cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": False})
put("its.poisson_newey_west", robust, names_seasonal)

both = np.concatenate([ours, theirs])
T, A, S = np.tile(t, 2), np.tile(after, 2), np.tile(since, 2)
G = np.repeat([1.0, 0.0], 60)
C = np.column_stack([np.ones(120), T, G, G * T, A, S, G * A, G * S])
panel = sm.OLS(both, C).fit(cov_type="hac-panel", cov_kwds={"groups": np.repeat([0, 1], 60), "maxlags": 3, "use_correction": False})
put("its.control", panel, ["constant", "time", "series", "series_time", "level", "slope", "series_level", "series_slope"])

# Real: attendances at one trust of North West London from April 2021, as if something had begun in April 2023; another trust as control.
if len(sys.argv) > 1:
    real = pd.read_csv(sys.argv[1])
    real["month"] = pd.to_datetime(real["date"], format="%B %Y")
    one, two = (real[real.nhs_trust22_code == code].sort_values("month") for code in ("RQM", "RYJ"))
    k = len(one)
    tr = np.arange(1, k + 1.0)
    ar = (one.month.to_numpy() >= np.datetime64("2023-04-01")).astype(float)
    sr = ar * (tr - tr[ar > 0][0])
    waves = np.column_stack([f(2 * np.pi * j * tr / 12) for j in (1, 2) for f in (np.sin, np.cos)])
    R = np.column_stack([np.ones(k), tr, ar, sr, waves])
    fit = sm.OLS(one.total_attendances.to_numpy(float), R).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True})
    put("its.real", fit, names_seasonal, degrees=k - 8)
    y = np.concatenate([one.total_attendances, two.total_attendances]).astype(float)
    T, A, S, G = np.tile(tr, 2), np.tile(ar, 2), np.tile(sr, 2), np.repeat([1.0, 0.0], k)
    C = np.column_stack([np.ones(2 * k), T, G, G * T, A, S, G * A, G * S, np.tile(waves, (2, 1))])
    fit = sm.OLS(y, C).fit(cov_type="hac-panel", cov_kwds={"groups": np.repeat([0, 1], k), "maxlags": 3, "use_correction": False})
    control = ["constant", "time", "series", "series_time", "level", "slope", "series_level", "series_slope"]
    put("its.real_control", fit, control + names_seasonal[4:])

# Difference in differences: 24 practices in 8 networks over 16 quarters, something begins in 9 of them in the ninth.
units, times = 24, 16
unit, time = np.repeat(np.arange(units), times), np.tile(np.arange(times), units)
treated = (unit < 9).astype(int)
post = (time >= 8).astype(int)
value = np.round(80 + chance.normal(0, 9, units)[unit] + chance.normal(0, 3, times)[time] + 0.02 * unit - 4.5 * treated * post
                 + chance.normal(0, 4, unit.size), 3)
size = chance.integers(3000, 15000, units)[unit]
beds = np.round(chance.normal(5, 1, unit.size), 2)
quarter = pd.date_range("2022-01-01", periods=times, freq="QS")[time].strftime("%Y-%m-%d")
panel = pd.DataFrame({"practice": [f"P{u:02d}" for u in unit], "quarter": quarter, "rate": value, "pilot": treated, "people": size, "beds": beds,
                      "network": [f"N{u % 8}" for u in unit]})
keep = chance.permutation(unit.size)
panel.iloc[keep].to_csv(folder / "did.csv", index=False)


def levels(index):
    return np.column_stack([(index == i).astype(float) for i in range(1, index.max() + 1)])


def cluster(y, X, groups, weights=None):
    model = sm.OLS(y, X) if weights is None else sm.WLS(y, X, weights=weights)
    return model.fit(cov_type="cluster", cov_kwds={"groups": groups, "use_correction": True, "df_correction": True})


effect = (treated * post).astype(float)
two_way = np.column_stack([effect, np.ones(unit.size), levels(time), levels(unit)])
fit = cluster(value, two_way, unit)
put("did.two_way", fit, ["effect"], degrees=units - 1)
fit = cluster(value, np.column_stack([effect, beds, two_way[:, 1:]]), unit % 8, size)
put("did.weighted", fit, ["effect", "beds"], degrees=7)
fit = cluster(value, np.column_stack([np.ones(unit.size), treated, post, effect]), unit)
put("did.pooled", fit, ["constant", "treated", "after", "effect"], degrees=units - 1)
leads = [i for i in range(times) if i != 7]
study = np.column_stack([*((treated * (time == i)).astype(float) for i in leads), two_way[:, 1:]])
fit = cluster(value, study, unit)
before = sum(1 for i in leads if i < 8)
V = np.asarray(fit.cov_params())[:before, :before]
wald = float(fit.params[:before] @ np.linalg.solve(V, fit.params[:before]))
put("did.event_study", fit, [f"time_{i}" for i in leads], degrees=units - 1, chi_squared=wald, p_value=float(stats.chi2.sf(wald, before)))

# A risk and what came of it; a model of it.
n = 600
age = np.round(chance.normal(70, 12, n), 1)
visits = chance.poisson(1.5, n)
risk_true = 1 / (1 + np.exp(-(-4.5 + 0.04 * age + 0.3 * visits)))
outcome = (chance.random(n) < risk_true).astype(int)
risk = np.round(1 / (1 + np.exp(-(-4.2 + 0.035 * age + 0.4 * visits))), 4)
Path("crates/methods/tests/expected").mkdir(parents=True, exist_ok=True)
pd.DataFrame({"age": age, "visits": visits, "risk": risk, "outcome": outcome}).to_csv("crates/methods/tests/expected/risk.csv", index=False)
logistic = sm.Logit(outcome, np.column_stack([np.ones(n), age, visits])).fit(disp=0, tol=1e-14)
logit = np.log(risk / (1 - risk))
slope = sm.Logit(outcome, np.column_stack([np.ones(n), logit])).fit(disp=0, tol=1e-14)
intercept = sm.GLM(outcome, np.ones(n), family=sm.families.Binomial(), offset=logit).fit(tol=1e-14)
case, control = risk[outcome == 1], risk[outcome == 0]
above = np.array([np.mean((x > control) + 0.5 * (x == control)) for x in case])
below = np.array([np.mean((case > x) + 0.5 * (case == x)) for x in control])
auc = roc_auc_score(outcome, risk)
se = np.sqrt(above.var(ddof=1) / case.size + below.var(ddof=1) / control.size)
lines = {f"logistic_{k}": v for k, v in zip("012", logistic.params)} | {f"logistic_se_{k}": v for k, v in zip("012", logistic.bse)}
lines |= {"auc": auc, "auc_error": se, "slope": slope.params[1], "slope_error": slope.bse[1], "intercept": intercept.params[0],
          "intercept_error": intercept.bse[0], "brier": brier_score_loss(outcome, risk)}
q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
lines["hanley_error"] = np.sqrt((auc * (1 - auc) + (case.size - 1) * (q1 - auc**2) + (control.size - 1) * (q2 - auc**2)) / case.size / control.size)
Path("crates/methods/tests/expected/risk.expected.csv").write_text("".join(f"{k},{v:.17g}\n" for k, v in lines.items()))
