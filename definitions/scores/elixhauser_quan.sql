---
name = "elixhauser_quan"
title = "Elixhauser comorbidities, counted"
kind = "score"
version = "1.0"
owner = "Clinical definitions group"
source = "Elixhauser A and others 1998; Quan H and others, Med Care 2005; 43: 1130-9 (codes)"
inputs = ["hospital_diagnosis", "hospital_condition", "score_points", "score_band"]
codelists = []
decimals = 0
note = "Hospital diagnoses of the last 24 months in any position; each condition once, the milder form of a condition not beside the severe one. Everybody with a hospital diagnosis in that time is scored."
---
SELECT v.person_id, v.value, b.band, v.reason
FROM (
  SELECT p.person_id, COALESCE(SUM(s.points), 0) AS value, COALESCE(STRING_AGG(s.title, ', ' ORDER BY s.title), '') AS reason
  FROM (SELECT DISTINCT person_id FROM hospital_diagnosis) p
  LEFT JOIN hospital_condition h ON h.person_id = p.person_id AND h.family = 'elixhauser'
  LEFT JOIN score_points s ON s.score = 'elixhauser_quan' AND s.condition = h.condition
  GROUP BY p.person_id
) v
JOIN score_band b ON b.score = 'elixhauser_quan' AND v.value >= b.least AND v.value < b.above
