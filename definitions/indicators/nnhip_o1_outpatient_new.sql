---
name = "nnhip_o1_outpatient_new"
title = "Neighbourhood programme O1: new outpatient attendances"
kind = "indicator"
version = "1.1"
owner = "Outcomes and evaluation group"
source = "National Neighbourhood Health Implementation Programme, measurement guide 1.2 (December 2025), O1"
inputs = ["person", "population_group", "population_month", "person_month"]
codelists = []
domain = "operational performance"
direction = "decrease"
form = "rate"
unit = "per 1,000 people of the cohort a month"
per = 1000
data = ["outpatient"]
numerator = "first outpatient attendances without a procedure in the month, of the cohort"
denominator = "people in the cohort on the day of the data (pack nnhip, group 1)"
note = "The cohort is that of the day of the data, for every month. Consultant-led clinics are not told apart: the treatment function is held, not the main specialty."
---
WITH cohort AS (
  SELECT g.person_id, p.place
  FROM population_group g JOIN person p ON p.person_id = g.person_id
  WHERE g.pack = 'nnhip' AND g."group" = 1 AND p.place > 0
),
sizes AS (SELECT place, COUNT(*) AS n FROM cohort GROUP BY place),
months AS (SELECT DISTINCT month FROM population_month),
events AS (
  SELECT x.place, x.month, SUM(x.outpatient_new) AS n
  FROM person_month x JOIN cohort c ON c.person_id = x.person_id
  WHERE x.outpatient_new > 0
  GROUP BY x.place, x.month
)
SELECT s.place, m.month, COALESCE(e.n, 0) AS numerator, s.n AS denominator
FROM sizes s
CROSS JOIN months m
LEFT JOIN events e ON e.place = s.place AND e.month = m.month
