---
name = "gp_frequent_attenders"
title = "People who attend the practice often"
kind = "indicator"
version = "1.1"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); three or more attended appointments in a month is our reading of frequent"
inputs = ["activity", "population_month"]
codelists = []
domain = "quality of care"
aspect = "effectiveness"
direction = "neutral"
form = "proportion"
unit = "per cent of people"
per = 100
numerator = "people with three or more attended appointments at the practice in the month"
denominator = "people of the practice in the month"
---
SELECT d.practice, d.borough, d.month, COALESCE(e.n, 0) AS numerator, d.people AS denominator
FROM population_month d
LEFT JOIN (
  SELECT practice, borough, month, COUNT(*) AS n FROM (
    SELECT practice, borough, month, person_id
    FROM activity
    WHERE kind IN ('gp_appointment_gp', 'gp_appointment_other')
    GROUP BY practice, borough, month, person_id
    HAVING SUM(n) >= 3
  ) AS often
  GROUP BY practice, borough, month
) e ON e.practice = d.practice AND e.borough = d.borough AND e.month = d.month
