---
name = "person_year"
title = "One row a person under a pseudonym: who they are, in bands, and what the latest twelve complete months cost"
kind = "mart"
version = "1.0"
owner = "Population health board"
source = "Ours, for analysts: purposes D to F of NHS England's population-health functions; the person's number is replaced by a keyed pseudonym when the mart is published"
inputs = ["person", "population_group", "register", "score", "activity"]
codelists = []
---
WITH conditions AS (
  SELECT person_id, COUNT(*) AS registers FROM register GROUP BY person_id
),
frailty AS (
  SELECT person_id, CAST(MAX(value) * 10 + 0.5 AS BIGINT) AS hfrs_tenths FROM score WHERE score = 'hfrs' GROUP BY person_id
),
year AS (
  SELECT person_id,
    SUM(pence) AS pence,
    SUM(CASE WHEN kind IN ('emergency_admission_short', 'emergency_admission_long') THEN n ELSE 0 END) AS emergency_admissions,
    SUM(CASE WHEN kind IN ('ae_type1', 'ae_other') THEN n ELSE 0 END) AS ae_attendances
  FROM activity
  WHERE month >= CAST(DATE_TRUNC('month', {as_at} + INTERVAL '1 day') AS DATE) - INTERVAL '12 months'
    AND month < CAST(DATE_TRUNC('month', {as_at} + INTERVAL '1 day') AS DATE)
  GROUP BY person_id
)
SELECT p.person_id,
  CASE WHEN p.age IS NULL THEN 'not known' WHEN p.age < 18 THEN '0-17' WHEN p.age < 40 THEN '18-39' WHEN p.age < 65 THEN '40-64' WHEN p.age < 75 THEN '65-74' WHEN p.age < 85 THEN '75-84' ELSE '85+' END AS age_band,
  p.sex, COALESCE(p.borough, '') AS borough,
  CASE WHEN p.imd_decile IS NULL THEN 0 ELSE (p.imd_decile + 1) / 2 END AS imd_quintile,
  COALESCE(p.ethnic_category, '') AS ethnic_category,
  g."group",
  COALESCE(c.registers, 0) AS registers,
  COALESCE(f.hfrs_tenths, 0) AS hfrs_tenths,
  CAST(COALESCE(y.pence, 0) AS BIGINT) AS pence,
  CAST(COALESCE(y.emergency_admissions, 0) AS BIGINT) AS emergency_admissions,
  CAST(COALESCE(y.ae_attendances, 0) AS BIGINT) AS ae_attendances
FROM population_group g
JOIN person p ON p.person_id = g.person_id
LEFT JOIN conditions c ON c.person_id = p.person_id
LEFT JOIN frailty f ON f.person_id = p.person_id
LEFT JOIN year y ON y.person_id = p.person_id
WHERE g.pack = 'wsic_ten' AND p.practice <> ''
