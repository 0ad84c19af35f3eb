---
name = "ae_attendances"
title = "A&E attendances"
kind = "indicator"
version = "1.2"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); all department types"
inputs = ["person_month", "population_month"]
codelists = []
domain = "operational performance"
direction = "decrease"
form = "rate"
unit = "per 1,000 people a month"
per = 1000
data = ["ae"]
numerator = "A&E attendances in the month"
denominator = "people of the practice in the month"
---
SELECT d.place, d.month, COALESCE(e.n, 0) AS numerator, d.people AS denominator
FROM population_month d
LEFT JOIN (
  SELECT place, month, SUM(ae_type1 + ae_other) AS n
  FROM person_month
  WHERE ae_type1 + ae_other > 0
  GROUP BY place, month
) e ON e.place = d.place AND e.month = d.month
