---
name = "length_of_stay"
title = "Length of emergency stay"
kind = "indicator"
version = "1.0"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); discharge date less admission date"
inputs = ["person", "spell"]
codelists = []
domain = "operational performance"
direction = "decrease"
form = "mean"
unit = "nights"
per = 1
numerator = "nights of emergency stays that ended in the month"
denominator = "emergency stays that ended in the month"
---
WITH people AS (
  -- Who belongs to a practice, the dead until they died.
  SELECT person_id, practice, COALESCE(borough, '') AS borough, birth_date, death_date
  FROM person WHERE practice <> '' AND (registered OR death_date IS NOT NULL)
),
base AS (
  SELECT p.practice, p.borough, CAST(DATE_TRUNC('month', s.discharged) AS DATE) AS month, SUM(s.nights) AS numerator, COUNT(*) AS denominator
  FROM spell s JOIN people p ON p.person_id = s.person_id
  WHERE s.emergency AND s.discharged >= DATE_TRUNC('month', {as_at} - INTERVAL '36 months') AND s.discharged < DATE_TRUNC('month', {as_at} + INTERVAL '1 day')
  GROUP BY p.practice, p.borough, CAST(DATE_TRUNC('month', s.discharged) AS DATE)
)
SELECT CASE WHEN GROUPING(practice) = 0 THEN 'practice' WHEN GROUPING(borough) = 0 THEN 'borough' ELSE 'area' END AS area_kind,
  CASE WHEN GROUPING(practice) = 0 THEN practice WHEN GROUPING(borough) = 0 THEN borough ELSE 'all' END AS area,
  month, CAST(SUM(numerator) AS BIGINT) AS numerator, CAST(SUM(denominator) AS BIGINT) AS denominator
FROM base GROUP BY GROUPING SETS ((practice, month), (borough, month), (month))
HAVING GROUPING(borough) = 1 OR borough <> ''
