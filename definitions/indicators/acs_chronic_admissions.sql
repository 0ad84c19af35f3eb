---
name = "acs_chronic_admissions"
title = "Emergency admissions for chronic conditions that care outside hospital often prevents"
kind = "indicator"
version = "1.1"
owner = "Outcomes and evaluation group"
source = "NHS Outcomes Framework 2.3.i, specification I00757 1.15"
inputs = ["spell", "population_month", "ref_ambulatory_care_sensitive"]
codelists = []
domain = "quality of care"
aspect = "effectiveness"
direction = "decrease"
form = "rate"
unit = "per 100,000 people a month"
per = 100000
data = ["stay"]
numerator = "emergency admissions that began in the month with a chronic ambulatory-care-sensitive condition"
denominator = "people of the practice in the month"
note = "Not standardised; the published indicator is by year, standardised for age and sex. Transfers (ADMISORC 51 to 53) are not told apart: the source of admission is not held. Bronchitis (J20) counts where another diagnosis is of chronic obstructive lung disease."
---
WITH primaries AS (
  -- Each primary diagnosis that occurs, with the conditions it stands for.
  SELECT c.primary_icd10, r.condition
  FROM (SELECT DISTINCT primary_icd10 FROM spell WHERE emergency) c
  JOIN ref_ambulatory_care_sensitive r ON r.kind = 'chronic' AND r.rule = 'primary' AND STARTS_WITH(c.primary_icd10, r.prefix)
),
emergencies AS (
  SELECT person_id, provider, admitted, place, primary_icd10, CONCAT(' ', codes) AS codes, CONCAT(' ', COALESCE(procedures, '')) AS procedures
  FROM spell WHERE emergency
),
fits AS (
  SELECT e.person_id, e.provider, e.admitted, e.place, p.condition, e.codes, e.procedures
  FROM emergencies e JOIN primaries p ON p.primary_icd10 = e.primary_icd10
  UNION ALL
  SELECT e.person_id, e.provider, e.admitted, e.place, r.condition, e.codes, e.procedures
  FROM emergencies e
  JOIN ref_ambulatory_care_sensitive r ON r.kind = 'chronic' AND r.rule = 'any' AND e.codes LIKE CONCAT('% ', r.prefix, '%')
  UNION ALL
  SELECT e.person_id, e.provider, e.admitted, e.place, r.condition, e.codes, e.procedures
  FROM emergencies e
  JOIN ref_ambulatory_care_sensitive r ON r.kind = 'chronic' AND r.rule = 'primary_beside' AND STARTS_WITH(e.primary_icd10, r.prefix)
  WHERE e.codes LIKE '% J41%' OR e.codes LIKE '% J42%' OR e.codes LIKE '% J43%' OR e.codes LIKE '% J44%' OR e.codes LIKE '% J47%'
),
-- What takes an admission out again: a procedure, or another diagnosis.
barred AS (
  SELECT f.person_id, f.provider, f.admitted, f.condition
  FROM fits f
  JOIN ref_ambulatory_care_sensitive r ON r.kind = 'chronic' AND r.condition = f.condition
    AND ((r.rule = 'not_procedure' AND f.procedures LIKE CONCAT('% ', r.prefix, '%')) OR (r.rule = 'not_diagnosis' AND f.codes LIKE CONCAT('% ', r.prefix, '%')))
  GROUP BY f.person_id, f.provider, f.admitted, f.condition
),
admissions AS (
  SELECT DISTINCT f.person_id, f.provider, f.admitted, f.place
  FROM fits f
  LEFT JOIN barred b ON b.person_id = f.person_id AND b.provider = f.provider AND b.admitted = f.admitted AND b.condition = f.condition
  WHERE b.person_id IS NULL
)
SELECT d.place, d.month, COALESCE(e.n, 0) AS numerator, d.people AS denominator
FROM population_month d
LEFT JOIN (
  SELECT place, CAST(DATE_TRUNC('month', admitted) AS DATE) AS month, COUNT(*) AS n
  FROM admissions
  GROUP BY place, CAST(DATE_TRUNC('month', admitted) AS DATE)
) e ON e.place = d.place AND e.month = d.month
