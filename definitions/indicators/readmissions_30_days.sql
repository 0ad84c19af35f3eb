---
name = "readmissions_30_days"
title = "Emergency readmissions within 30 days"
kind = "indicator"
version = "1.0"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); after NHS England I02040, simplified: not standardised, spells not joined over transfers"
inputs = ["person", "spell"]
codelists = []
domain = "quality of care"
aspect = "effectiveness"
direction = "decrease"
form = "proportion"
unit = "per cent of discharges"
per = 100
numerator = "of these, followed by an emergency admission 0 to 29 days after discharge"
denominator = "live discharges in the month after an ordinary stay, but not with cancer, chemotherapy or maternity as primary diagnosis"
note = "Months whose last discharge has not been followed for 30 days are left out."
---
WITH people AS (
  -- Who belongs to a practice, the dead until they died.
  SELECT person_id, practice, COALESCE(borough, '') AS borough, birth_date, death_date
  FROM person WHERE practice <> '' AND (registered OR death_date IS NOT NULL)
),
discharges AS (
  SELECT s.person_id, s.provider, s.admitted, s.discharged
  FROM spell s
  -- 79: died in hospital.
  WHERE NOT s.day_case AND s.discharged IS NOT NULL AND COALESCE(s.destination, '') <> '79'
    AND COALESCE(s.primary_icd10, '') NOT LIKE 'C%' AND COALESCE(s.primary_icd10, '') NOT LIKE 'O%' AND COALESCE(s.primary_icd10, '') <> 'Z511'
    AND s.discharged >= DATE_TRUNC('month', {as_at} - INTERVAL '36 months')
    AND s.discharged < DATE_TRUNC('month', {as_at} - INTERVAL '29 days' + INTERVAL '1 day')
),
followed AS (
  SELECT d.person_id, d.provider, d.admitted, d.discharged, MAX(CASE WHEN r.person_id IS NULL THEN 0 ELSE 1 END) AS back
  FROM discharges d
  -- The next admission is another spell: it begins later, or on the same day in another hospital.
  LEFT JOIN spell r ON r.person_id = d.person_id AND r.emergency
    AND r.admitted >= d.discharged AND r.admitted < d.discharged + INTERVAL '30 days'
    AND (r.admitted > d.admitted OR r.provider <> d.provider)
  GROUP BY d.person_id, d.provider, d.admitted, d.discharged
),
base AS (
  SELECT p.practice, p.borough, CAST(DATE_TRUNC('month', f.discharged) AS DATE) AS month, SUM(f.back) AS numerator, COUNT(*) AS denominator
  FROM followed f JOIN people p ON p.person_id = f.person_id
  GROUP BY p.practice, p.borough, CAST(DATE_TRUNC('month', f.discharged) AS DATE)
)
SELECT CASE WHEN GROUPING(practice) = 0 THEN 'practice' WHEN GROUPING(borough) = 0 THEN 'borough' ELSE 'area' END AS area_kind,
  CASE WHEN GROUPING(practice) = 0 THEN practice WHEN GROUPING(borough) = 0 THEN borough ELSE 'all' END AS area,
  month, CAST(SUM(numerator) AS BIGINT) AS numerator, CAST(SUM(denominator) AS BIGINT) AS denominator
FROM base GROUP BY GROUPING SETS ((practice, month), (borough, month), (month))
HAVING GROUPING(borough) = 1 OR borough <> ''
