---
name = "falls_admissions_65"
title = "Emergency admissions for injuries from falls, 65 and over"
kind = "indicator"
version = "1.1"
owner = "Outcomes and evaluation group"
source = "NHS England, national commissioning data repository, metric 264: primary diagnosis S00 to T98, a cause W00 to W19"
inputs = ["spell", "population_month"]
codelists = []
domain = "quality of life"
aspect = "prevention"
direction = "decrease"
form = "rate"
unit = "per 100,000 people of 65 and over a month"
per = 100000
data = ["stay"]
numerator = "emergency admissions of people of 65 and over that began in the month with an injury and a fall as its cause"
denominator = "people of the practice aged 65 and over at the start of the month"
note = "Not standardised for age and sex as the published one is."
---
SELECT d.place, d.month, COALESCE(e.n, 0) AS numerator, d.people_65 AS denominator
FROM population_month d
LEFT JOIN (
  SELECT place, CAST(DATE_TRUNC('month', admitted) AS DATE) AS month, COUNT(*) AS n
  FROM spell
  WHERE emergency AND age >= 65 AND (primary_icd10 LIKE 'S%' OR primary_icd10 LIKE 'T%')
    AND (CONCAT(' ', codes) LIKE '% W0%' OR CONCAT(' ', codes) LIKE '% W1%')
  GROUP BY place, CAST(DATE_TRUNC('month', admitted) AS DATE)
) e ON e.place = d.place AND e.month = d.month
