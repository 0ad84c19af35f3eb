---
name = "end_of_life_admissions"
title = "People with three or more emergency admissions in their last 90 days"
kind = "indicator"
version = "1.1"
owner = "Outcomes and evaluation group"
source = "NHS England, national commissioning data repository, metric 296: date of death less admission under 91 days"
inputs = ["person", "spell"]
codelists = []
domain = "quality of care"
aspect = "effectiveness"
direction = "decrease"
form = "proportion"
unit = "per cent of deaths"
per = 100
data = ["stay"]
numerator = "of these, admitted as an emergency three times or more in the 90 days before death"
denominator = "people of the practice who died in the month"
---
SELECT p.place, CAST(DATE_TRUNC('month', p.death_date) AS DATE) AS month,
  SUM(CASE WHEN a.n >= 3 THEN 1 ELSE 0 END) AS numerator, COUNT(*) AS denominator
FROM person p
LEFT JOIN (
  SELECT s.person_id, COUNT(*) AS n
  FROM spell s JOIN person d ON d.person_id = s.person_id
  WHERE s.emergency AND s.admitted <= d.death_date AND s.admitted > d.death_date - INTERVAL '91 days'
  GROUP BY s.person_id
) a ON a.person_id = p.person_id
WHERE p.place > 0 AND p.death_date >= DATE_TRUNC('month', {as_at} - INTERVAL '36 months') AND p.death_date < DATE_TRUNC('month', {as_at} + INTERVAL '1 day')
GROUP BY p.place, CAST(DATE_TRUNC('month', p.death_date) AS DATE)
