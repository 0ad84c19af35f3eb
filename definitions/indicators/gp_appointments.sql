---
name = "gp_appointments"
title = "GP practice appointments attended"
kind = "indicator"
version = "1.2"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); status Attended, all staff"
inputs = ["person_month", "population_month"]
codelists = []
domain = "quality of care"
aspect = "effectiveness"
direction = "neutral"
form = "rate"
unit = "per 1,000 people a month"
per = 1000
data = ["gp_appointment"]
numerator = "appointments attended at the practice in the month"
denominator = "people of the practice in the month"
---
SELECT d.place, d.month, COALESCE(e.n, 0) AS numerator, d.people AS denominator
FROM population_month d
LEFT JOIN (
  SELECT place, month, SUM(gp_with_gp + gp_with_other) AS n
  FROM person_month
  GROUP BY place, month
) e ON e.place = d.place AND e.month = d.month
