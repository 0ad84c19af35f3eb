---
name = "charlson_shmi"
title = "Charlson comorbidity index (Summary Hospital-level Mortality Indicator)"
kind = "score"
version = "1.0"
owner = "Clinical definitions group"
source = "NHS Digital, Summary Hospital-level Mortality Indicator, specification 1.60"
inputs = ["hospital_diagnosis", "hospital_condition", "score_points", "score_band"]
codelists = []
decimals = 0
note = "Hospital diagnoses of the last 24 months in any position; each condition once, the milder form of a condition not beside the severe one. Everybody with a hospital diagnosis in that time is scored. A sum below nought is nought."
---
SELECT v.person_id, v.value, b.band, v.reason
FROM (
  SELECT p.person_id, GREATEST(COALESCE(SUM(s.points), 0), 0) AS value, COALESCE(STRING_AGG(s.title, ', ' ORDER BY s.title), '') AS reason
  FROM (SELECT DISTINCT person_id FROM hospital_diagnosis) p
  LEFT JOIN hospital_condition h ON h.person_id = p.person_id AND h.family = 'charlson_shmi'
  LEFT JOIN score_points s ON s.score = 'charlson_shmi' AND s.condition = h.condition
  GROUP BY p.person_id
) v
JOIN score_band b ON b.score = 'charlson_shmi' AND v.value >= b.least AND v.value < b.above
