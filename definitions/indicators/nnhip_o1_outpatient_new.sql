---
name = "nnhip_o1_outpatient_new"
title = "Neighbourhood programme O1: new outpatient attendances"
kind = "indicator"
version = "1.0"
owner = "Outcomes and evaluation group"
source = "National Neighbourhood Health Implementation Programme, measurement guide 1.2 (December 2025), O1"
inputs = ["person", "population_group", "population_month", "attendance"]
codelists = []
domain = "operational performance"
direction = "decrease"
form = "rate"
unit = "per 1,000 people of the cohort a month"
per = 1000
numerator = "first outpatient attendances without a procedure in the month, of the cohort"
denominator = "people in the cohort on the day of the data (pack nnhip, group 1)"
note = "The cohort is that of the day of the data, for every month. Consultant-led clinics are not told apart: the treatment function is held, not the main specialty."
---
WITH cohort AS (
  SELECT g.person_id, p.practice, COALESCE(p.borough, '') AS borough
  FROM population_group g JOIN person p ON p.person_id = g.person_id
  WHERE g.pack = 'nnhip' AND g."group" = 1 AND p.practice <> ''
),
sizes AS (SELECT practice, borough, COUNT(*) AS n FROM cohort GROUP BY practice, borough),
months AS (SELECT DISTINCT month FROM population_month),
events AS (
  SELECT c.practice, c.borough, CAST(DATE_TRUNC('month', x.day) AS DATE) AS month, COUNT(*) AS n
  FROM attendance x JOIN cohort c ON c.person_id = x.person_id
  WHERE x.kind = 'outpatient_appointment' AND x.outcome IN ('5', '6') AND NOT x.procedure AND x.subtype IN ('1', '3')
  GROUP BY c.practice, c.borough, CAST(DATE_TRUNC('month', x.day) AS DATE)
)
SELECT s.practice, s.borough, m.month, COALESCE(e.n, 0) AS numerator, s.n AS denominator
FROM sizes s
CROSS JOIN months m
LEFT JOIN events e ON e.practice = s.practice AND e.borough = s.borough AND e.month = m.month
