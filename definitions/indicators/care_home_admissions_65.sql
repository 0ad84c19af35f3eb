---
name = "care_home_admissions_65"
title = "Long-term admissions to care homes, 65 and over"
kind = "indicator"
version = "1.2"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); ASCOF 2C: new long-term residential or nursing placements, from client-level data"
inputs = ["person", "care_service", "population_month"]
codelists = []
domain = "quality of life"
aspect = "prevention"
direction = "decrease"
form = "rate"
unit = "per 100,000 people of 65 and over a month"
per = 100000
data = ["social_care"]
numerator = "people of 65 and over whose first long-term residential or nursing placement began in the month"
denominator = "people of the practice aged 65 and over at the start of the month"
note = "ASCOF is by year and by council; the population is the practice list, not the ONS estimate."
---
SELECT d.place, d.month, COALESCE(e.n, 0) AS numerator, d.people_65 AS denominator
FROM population_month d
LEFT JOIN (
  SELECT p.place, CAST(DATE_TRUNC('month', f.start) AS DATE) AS month, COUNT(*) AS n
  FROM (
    SELECT person_id, MIN(start) AS start
    FROM care_service
    WHERE service_type LIKE 'Long Term Support: Residential Care%' OR service_type LIKE 'Long Term Support: Nursing Care%'
    GROUP BY person_id
  ) f
  JOIN person p ON p.person_id = f.person_id
  WHERE p.birth_date + INTERVAL '65 years' <= DATE_TRUNC('month', f.start)
  GROUP BY p.place, CAST(DATE_TRUNC('month', f.start) AS DATE)
) e ON e.place = d.place AND e.month = d.month
