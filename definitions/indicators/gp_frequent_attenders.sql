---
name = "gp_frequent_attenders"
title = "People who attend the practice often"
kind = "indicator"
version = "1.2"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); three or more attended appointments in a month is our reading of frequent"
inputs = ["person_month", "population_month"]
codelists = []
domain = "quality of care"
aspect = "effectiveness"
direction = "neutral"
form = "proportion"
unit = "per cent of people"
per = 100
data = ["gp_appointment"]
numerator = "people with three or more attended appointments at the practice in the month"
denominator = "people of the practice in the month"
---
SELECT d.place, d.month, COALESCE(e.n, 0) AS numerator, d.people AS denominator
FROM population_month d
LEFT JOIN (
  SELECT place, month, COUNT(*) AS n
  FROM person_month
  WHERE gp_with_gp + gp_with_other >= 3
  GROUP BY place, month
) e ON e.place = d.place AND e.month = d.month
