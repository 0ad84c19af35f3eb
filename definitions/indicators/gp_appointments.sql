---
name = "gp_appointments"
title = "GP practice appointments attended"
kind = "indicator"
version = "1.1"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); status Attended, all staff"
inputs = ["activity", "population_month"]
codelists = []
domain = "quality of care"
aspect = "effectiveness"
direction = "neutral"
form = "rate"
unit = "per 1,000 people a month"
per = 1000
numerator = "appointments attended at the practice in the month"
denominator = "people of the practice in the month"
---
SELECT d.practice, d.borough, d.month, COALESCE(e.n, 0) AS numerator, d.people AS denominator
FROM population_month d
LEFT JOIN (
  SELECT practice, borough, month, SUM(n) AS n
  FROM activity
  WHERE kind IN ('gp_appointment_gp', 'gp_appointment_other')
  GROUP BY practice, borough, month
) e ON e.practice = d.practice AND e.borough = d.borough AND e.month = d.month
