---
name = "nnhip_o6_community_contacts"
title = "Neighbourhood programme O6: community care contacts"
kind = "indicator"
version = "1.0"
owner = "Outcomes and evaluation group"
source = "National Neighbourhood Health Implementation Programme, measurement guide 1.2 (December 2025), O6"
inputs = ["person", "population_group", "population_month", "activity"]
codelists = []
domain = "quality of care"
aspect = "effectiveness"
direction = "increase"
form = "rate"
unit = "per 1,000 people of the cohort a month"
per = 1000
numerator = "community care contacts attended in the month, of the cohort"
denominator = "people in the cohort on the day of the data (pack nnhip, group 1)"
note = "The cohort is that of the day of the data, for every month."
---
WITH cohort AS (
  SELECT g.person_id, p.practice, COALESCE(p.borough, '') AS borough
  FROM population_group g JOIN person p ON p.person_id = g.person_id
  WHERE g.pack = 'nnhip' AND g."group" = 1 AND p.practice <> ''
),
sizes AS (SELECT practice, borough, COUNT(*) AS n FROM cohort GROUP BY practice, borough),
months AS (SELECT DISTINCT month FROM population_month),
events AS (
  SELECT c.practice, c.borough, x.month, SUM(x.n) AS n
  FROM activity x JOIN cohort c ON c.person_id = x.person_id
  WHERE x.kind IN ('community_contact')
  GROUP BY c.practice, c.borough, x.month
)
SELECT s.practice, s.borough, m.month, COALESCE(e.n, 0) AS numerator, s.n AS denominator
FROM sizes s
CROSS JOIN months m
LEFT JOIN events e ON e.practice = s.practice AND e.borough = s.borough AND e.month = m.month
