---
name = "lace"
title = "LACE index of the latest discharge"
kind = "score"
version = "1.0"
owner = "Clinical definitions group"
source = "van Walraven C and others, CMAJ 2010; 182: 551-7; bands of Wang H and others 2014"
inputs = ["person", "spell", "ae_attendance", "hospital_condition", "from_charlson", "score_points"]
codelists = []
decimals = 0
note = "The latest live discharge of the last 12 months, day cases left out; it tells of the 30 days after that discharge. Comorbidity from the hospital diagnoses of the last 24 months, told by Charlson's conditions (codes of Quan 2005). Emergency visits of the six months before admission, without the one that led to it: none on the day of admission, and none on the day before that ended in admission."
---
WITH latest AS (
  SELECT person_id, provider, admitted, discharged, nights, emergency FROM (
    SELECT s.person_id, s.provider, s.admitted, s.discharged, s.nights, s.emergency,
      ROW_NUMBER() OVER (PARTITION BY s.person_id ORDER BY s.discharged DESC, s.admitted DESC, s.provider) AS place
    FROM spell s JOIN person p ON p.person_id = s.person_id
    -- 79: died in hospital.
    WHERE NOT s.day_case AND s.discharged > {as_at} - INTERVAL '12 months' AND s.discharged <= {as_at} AND COALESCE(s.destination, '') <> '79'
      AND p.death_date IS NULL
  ) AS numbered WHERE place = 1
),
comorbidity AS (
  SELECT person_id, SUM(points) AS points FROM (
    SELECT DISTINCT h.person_id, s.condition, s.points
    FROM hospital_condition h
    JOIN from_charlson f ON f.score = 'lace' AND f.condition = h.condition
    JOIN score_points s ON s.score = 'lace' AND s.condition = f.own
    WHERE h.family = 'charlson_quan'
  ) AS each_once GROUP BY person_id
),
visits AS (
  SELECT l.person_id, COUNT(*) AS n
  FROM latest l
  JOIN ae_attendance a ON a.person_id = l.person_id AND a.day < l.admitted AND a.day >= l.admitted - INTERVAL '6 months'
  WHERE NOT (a.day = l.admitted - INTERVAL '1 day' AND COALESCE(a.outcome, '') IN ('01', '1'))
  GROUP BY l.person_id
),
parts AS (
  SELECT l.person_id, l.provider, l.discharged,
    CASE WHEN l.nights <= 3 THEN l.nights WHEN l.nights <= 6 THEN 4 WHEN l.nights <= 13 THEN 5 ELSE 7 END AS length,
    CASE WHEN l.emergency THEN 3 ELSE 0 END AS acute,
    CASE WHEN COALESCE(c.points, 0) >= 4 THEN 5 ELSE CAST(COALESCE(c.points, 0) AS BIGINT) END AS comorbidity,
    LEAST(COALESCE(v.n, 0), 4) AS visits
  FROM latest l
  LEFT JOIN comorbidity c ON c.person_id = l.person_id
  LEFT JOIN visits v ON v.person_id = l.person_id
)
SELECT person_id, length + acute + comorbidity + visits AS value,
  CASE WHEN length + acute + comorbidity + visits >= 10 THEN 'high' WHEN length + acute + comorbidity + visits >= 5 THEN 'moderate' ELSE 'low' END AS band,
  CONCAT('Discharged on ', CAST(discharged AS VARCHAR), ' from ', provider, ': length of stay ', CAST(length AS VARCHAR), ', acute admission ', CAST(acute AS VARCHAR),
    ', comorbidity ', CAST(comorbidity AS VARCHAR), ', emergency visits ', CAST(visits AS VARCHAR)) AS reason
FROM parts
