---
name = "ae_attendances"
title = "A&E attendances"
kind = "indicator"
version = "1.1"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); all department types"
inputs = ["activity", "population_month"]
codelists = []
domain = "operational performance"
direction = "decrease"
form = "rate"
unit = "per 1,000 people a month"
per = 1000
numerator = "A&E attendances in the month"
denominator = "people of the practice in the month"
---
SELECT d.practice, d.borough, d.month, COALESCE(e.n, 0) AS numerator, d.people AS denominator
FROM population_month d
LEFT JOIN (
  SELECT practice, borough, month, SUM(n) AS n
  FROM activity
  WHERE kind IN ('ae_type1', 'ae_other')
  GROUP BY practice, borough, month
) e ON e.practice = d.practice AND e.borough = d.borough AND e.month = d.month
