---
name = "urgent_care_sensitive_admissions"
title = "Emergency admissions that urgent care outside hospital can often prevent"
kind = "indicator"
version = "1.1"
owner = "Outcomes and evaluation group"
source = "NHS England, national commissioning data repository, metrics 292 and 266; conditions by primary diagnosis, falls by cause"
inputs = ["spell", "population_month", "ref_urgent_care_sensitive"]
codelists = []
domain = "operational performance"
direction = "decrease"
form = "rate"
unit = "per 100,000 people a month"
per = 100000
data = ["stay"]
numerator = "emergency admissions that began in the month with an urgent-care-sensitive condition"
denominator = "people of the practice in the month"
note = "Published sources differ on whether falls begin at 74 or over 74: 74 here."
---
WITH primaries AS (
  SELECT c.primary_icd10, MAX(COALESCE(r.to_age, 200)) AS to_age
  FROM (SELECT DISTINCT primary_icd10 FROM spell WHERE emergency) c
  JOIN ref_urgent_care_sensitive r ON STARTS_WITH(c.primary_icd10, r.prefix)
  GROUP BY c.primary_icd10
),
admissions AS (
  SELECT s.place, s.admitted
  FROM spell s
  LEFT JOIN primaries p ON p.primary_icd10 = s.primary_icd10
  WHERE s.emergency AND (
    (p.primary_icd10 IS NOT NULL AND COALESCE(s.age, 0) <= p.to_age)
    -- Falls of 74 and over, by cause.
    OR (s.age >= 74 AND (CONCAT(' ', s.codes) LIKE '% W0%' OR CONCAT(' ', s.codes) LIKE '% W1%')))
)
SELECT d.place, d.month, COALESCE(e.n, 0) AS numerator, d.people AS denominator
FROM population_month d
LEFT JOIN (
  SELECT place, CAST(DATE_TRUNC('month', admitted) AS DATE) AS month, COUNT(*) AS n
  FROM admissions
  GROUP BY place, CAST(DATE_TRUNC('month', admitted) AS DATE)
) e ON e.place = d.place AND e.month = d.month
