---
name = "usual_residence"
title = "Discharged to usual place of residence"
kind = "indicator"
version = "1.1"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); DISDEST 19 of live discharges; not known destinations (98, 99, blank) left out"
inputs = ["spell"]
codelists = []
domain = "quality of care"
aspect = "effectiveness"
direction = "increase"
form = "proportion"
unit = "per cent of discharges"
per = 100
numerator = "live discharges in the month to the usual place of residence (DISDEST 19)"
denominator = "live discharges in the month with a known destination, day cases left out"
---
SELECT practice, borough, CAST(DATE_TRUNC('month', discharged) AS DATE) AS month,
  SUM(CASE WHEN destination = '19' THEN 1 ELSE 0 END) AS numerator, COUNT(*) AS denominator
FROM spell
-- 79: died; 98 and 99: not applicable, not known.
WHERE NOT day_case AND destination NOT IN ('', '79', '98', '99') AND practice <> ''
  AND discharged >= DATE_TRUNC('month', {as_at} - INTERVAL '36 months') AND discharged < DATE_TRUNC('month', {as_at} + INTERVAL '1 day')
GROUP BY practice, borough, CAST(DATE_TRUNC('month', discharged) AS DATE)
