---
name = "usual_residence"
title = "Discharged to usual place of residence"
kind = "indicator"
version = "1.2"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); DISDEST 19 of live discharges; not known destinations (98, 99, blank) left out"
inputs = ["person_month"]
codelists = []
domain = "quality of care"
aspect = "effectiveness"
direction = "increase"
form = "proportion"
unit = "per cent of discharges"
per = 100
data = ["stay"]
numerator = "live discharges in the month to the usual place of residence (DISDEST 19)"
denominator = "live discharges in the month with a known destination, day cases left out"
---
SELECT place, month, SUM(discharged_home) AS numerator, SUM(discharged_known) AS denominator
FROM person_month
-- Complete months only.
WHERE month < DATE_TRUNC('month', {as_at} + INTERVAL '1 day') AND discharged_known > 0
GROUP BY place, month
