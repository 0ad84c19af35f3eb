---
name = "gp_did_not_attend"
title = "GP practice appointments not attended"
kind = "indicator"
version = "1.0"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); not attended of attended and not attended; cancelled and booked ones are left out"
inputs = ["person", "attendance"]
codelists = []
domain = "operational performance"
direction = "decrease"
form = "proportion"
unit = "per cent of appointments"
per = 100
numerator = "appointments at the practice not attended in the month"
denominator = "appointments at the practice attended or not attended in the month"
---
WITH people AS (
  -- Who belongs to a practice, the dead until they died.
  SELECT person_id, practice, COALESCE(borough, '') AS borough, birth_date, death_date
  FROM person WHERE practice <> '' AND (registered OR death_date IS NOT NULL)
),
base AS (
  SELECT p.practice, p.borough, CAST(DATE_TRUNC('month', a.day) AS DATE) AS month,
    SUM(CASE WHEN a.outcome = 'dna' THEN 1 ELSE 0 END) AS numerator, COUNT(*) AS denominator
  FROM attendance a JOIN people p ON p.person_id = a.person_id
  WHERE a.kind = 'gp_appointment' AND a.outcome IN ('attended', 'dna')
    AND a.day >= DATE_TRUNC('month', {as_at} - INTERVAL '36 months') AND a.day < DATE_TRUNC('month', {as_at} + INTERVAL '1 day')
  GROUP BY p.practice, p.borough, CAST(DATE_TRUNC('month', a.day) AS DATE)
)
SELECT CASE WHEN GROUPING(practice) = 0 THEN 'practice' WHEN GROUPING(borough) = 0 THEN 'borough' ELSE 'area' END AS area_kind,
  CASE WHEN GROUPING(practice) = 0 THEN practice WHEN GROUPING(borough) = 0 THEN borough ELSE 'all' END AS area,
  month, CAST(SUM(numerator) AS BIGINT) AS numerator, CAST(SUM(denominator) AS BIGINT) AS denominator
FROM base GROUP BY GROUPING SETS ((practice, month), (borough, month), (month))
HAVING GROUPING(borough) = 1 OR borough <> ''
