---
name = "nnhip_p1_caseload"
title = "Neighbourhood programme P1: people actively worked with"
kind = "indicator"
version = "1.1"
owner = "Outcomes and evaluation group"
source = "National Neighbourhood Health Implementation Programme, measurement guide 1.2 (December 2025), P1; codes of its activity list"
inputs = ["person", "population_group", "population_month", "coded_activity"]
codelists = ["case_management", "care_planning"]
domain = "quality of care"
aspect = "effectiveness"
direction = "increase"
form = "rate"
unit = "per 1,000 people of the cohort a month"
per = 1000
numerator = "people of the cohort with case management or care planning recorded in the month"
denominator = "people in the cohort on the day of the data (pack nnhip, group 1)"
note = "The cohort is that of the day of the data, for every month. P1 is counted from a local caseload; here from the coded activity that the guide names, from the month on in which it was first recorded."
---
WITH cohort AS (
  SELECT g.person_id, p.place
  FROM population_group g JOIN person p ON p.person_id = g.person_id
  WHERE g.pack = 'nnhip' AND g."group" = 1 AND p.place > 0
),
sizes AS (SELECT place, COUNT(*) AS n FROM cohort GROUP BY place),
-- Before anybody recorded it anywhere, the caseload is not nought but unknown.
months AS (
  SELECT DISTINCT m.month
  FROM population_month m
  JOIN (SELECT MIN(day) AS day FROM coded_activity WHERE codelist IN ('case_management', 'care_planning')) f
    ON m.month >= DATE_TRUNC('month', f.day)
),
events AS (
  SELECT c.place, CAST(DATE_TRUNC('month', x.day) AS DATE) AS month, COUNT(DISTINCT x.person_id) AS n
  FROM coded_activity x JOIN cohort c ON c.person_id = x.person_id
  WHERE x.codelist IN ('case_management', 'care_planning')
  GROUP BY c.place, CAST(DATE_TRUNC('month', x.day) AS DATE)
)
SELECT s.place, m.month, COALESCE(e.n, 0) AS numerator, s.n AS denominator
FROM sizes s
CROSS JOIN months m
LEFT JOIN events e ON e.place = s.place AND e.month = m.month
