---
name = "nnhip_o4_ambulance_cat3"
title = "Neighbourhood programme O4: brought to A&E by ambulance, category 3, urgent"
kind = "indicator"
version = "1.0"
owner = "Outcomes and evaluation group"
source = "National Neighbourhood Health Implementation Programme, measurement guide 1.2 (December 2025), O4"
inputs = ["person", "population_group", "population_month", "person_month"]
codelists = []
domain = "operational performance"
direction = "decrease"
form = "rate"
unit = "per 1,000 people of the cohort a month"
per = 1000
data = ["ae_acuity"]
numerator = "A&E attendances brought by ambulance in the month with EMERGENCY CARE ACUITY 1064901000000108, of the cohort"
denominator = "people in the cohort on the day of the data (pack nnhip, group 1)"
note = "The cohort is that of the day of the data, for every month. Only of months from the first in which any attendance came with an acuity; how many came without one, nnhip_o4_ambulance_no_acuity says."
---
WITH cohort AS (
  SELECT g.person_id, p.place
  FROM population_group g JOIN person p ON p.person_id = g.person_id
  WHERE g.pack = 'nnhip' AND g."group" = 1 AND p.place > 0
),
sizes AS (SELECT place, COUNT(*) AS n FROM cohort GROUP BY place),
months AS (SELECT DISTINCT month FROM population_month),
events AS (
  SELECT x.place, x.month, SUM(x.ae_ambulance_3) AS n
  FROM person_month x JOIN cohort c ON c.person_id = x.person_id
  WHERE x.ae_ambulance_3 > 0
  GROUP BY x.place, x.month
)
SELECT s.place, m.month, COALESCE(e.n, 0) AS numerator, s.n AS denominator
FROM sizes s
CROSS JOIN months m
LEFT JOIN events e ON e.place = s.place AND e.month = m.month
