---
name = "usual_residence"
title = "Discharged to usual place of residence"
kind = "indicator"
version = "1.0"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); DISDEST 19 of live discharges; not known destinations (98, 99, blank) left out"
inputs = ["person", "spell"]
codelists = []
domain = "quality of care"
aspect = "effectiveness"
direction = "increase"
form = "proportion"
unit = "per cent of discharges"
per = 100
numerator = "live discharges in the month to the usual place of residence (DISDEST 19)"
denominator = "live discharges in the month with a known destination, day cases left out"
---
WITH people AS (
  -- Who belongs to a practice, the dead until they died.
  SELECT person_id, practice, COALESCE(borough, '') AS borough, birth_date, death_date
  FROM person WHERE practice <> '' AND (registered OR death_date IS NOT NULL)
),
base AS (
  SELECT p.practice, p.borough, CAST(DATE_TRUNC('month', s.discharged) AS DATE) AS month,
    SUM(CASE WHEN s.destination = '19' THEN 1 ELSE 0 END) AS numerator, COUNT(*) AS denominator
  FROM spell s JOIN people p ON p.person_id = s.person_id
  -- 79: died; 98 and 99: not applicable, not known.
  WHERE NOT s.day_case AND s.destination NOT IN ('', '79', '98', '99')
    AND s.discharged >= DATE_TRUNC('month', {as_at} - INTERVAL '36 months') AND s.discharged < DATE_TRUNC('month', {as_at} + INTERVAL '1 day')
  GROUP BY p.practice, p.borough, CAST(DATE_TRUNC('month', s.discharged) AS DATE)
)
SELECT CASE WHEN GROUPING(practice) = 0 THEN 'practice' WHEN GROUPING(borough) = 0 THEN 'borough' ELSE 'area' END AS area_kind,
  CASE WHEN GROUPING(practice) = 0 THEN practice WHEN GROUPING(borough) = 0 THEN borough ELSE 'all' END AS area,
  month, CAST(SUM(numerator) AS BIGINT) AS numerator, CAST(SUM(denominator) AS BIGINT) AS denominator
FROM base GROUP BY GROUPING SETS ((practice, month), (borough, month), (month))
HAVING GROUPING(borough) = 1 OR borough <> ''
