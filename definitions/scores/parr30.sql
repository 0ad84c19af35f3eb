---
name = "parr30"
title = "PARR-30 of the latest admission"
kind = "score"
version = "1.0"
owner = "Clinical definitions group"
source = "Billings J and others, BMJ Open 2012; 2: e001667; coefficients by way of the one public copy that we know"
inputs = ["person", "spell", "hospital_condition", "from_charlson", "score_points", "parr30_term", "parr30_deprivation", "ref_imd_score"]
codelists = []
decimals = 3
note = "Caution: compare the coefficients of the two cancers with the paper before use; those of hospitals are not public, so that every hospital counts as an average one. The latest admission of the last 12 months, day cases left out. Conditions from the hospital diagnoses of the last 24 months, told by Charlson's conditions (codes of Quan 2005). Deprivation from the decile of the small area; where it is not known, as if least deprived. Maternity is not left out of emergency admissions."
---
WITH latest AS (
  SELECT person_id, provider, admitted, emergency, age FROM (
    SELECT s.person_id, s.provider, s.admitted, s.emergency, s.age,
      ROW_NUMBER() OVER (PARTITION BY s.person_id ORDER BY s.admitted DESC, s.provider) AS place
    FROM spell s JOIN person p ON p.person_id = s.person_id
    WHERE NOT s.day_case AND s.admitted > {as_at} - INTERVAL '12 months' AND s.admitted <= {as_at} AND p.death_date IS NULL
  ) AS numbered WHERE place = 1 AND age IS NOT NULL
),
earlier AS (
  SELECT l.person_id, COUNT(*) AS n, MAX(CASE WHEN s.admitted >= l.admitted - INTERVAL '30 days' THEN 1 ELSE 0 END) AS in_30_days
  FROM latest l
  JOIN spell s ON s.person_id = l.person_id AND s.emergency AND s.admitted >= l.admitted - INTERVAL '365 days'
    AND (s.admitted < l.admitted OR (s.admitted = l.admitted AND s.provider > l.provider))
  GROUP BY l.person_id
),
conditions AS (
  -- Points are whole ten-thousandths, so that no order of adding shows.
  SELECT person_id, SUM(points) AS points, STRING_AGG(REPLACE(condition, '_', ' '), ', ' ORDER BY condition) AS which FROM (
    SELECT DISTINCT h.person_id, s.condition, s.points
    FROM hospital_condition h
    JOIN from_charlson f ON f.score = 'parr30' AND f.condition = h.condition
    JOIN score_points s ON s.score = 'parr30' AND s.condition = f.own
    WHERE h.family = 'charlson_quan'
  ) AS each_once GROUP BY person_id
),
term AS (
  SELECT MAX(CASE WHEN term = 'constant' THEN coefficient END) AS constant,
    MAX(CASE WHEN term = 'age_squared' THEN coefficient END) AS age_squared,
    MAX(CASE WHEN term = 'emergency_admission' THEN coefficient END) AS emergency_admission,
    MAX(CASE WHEN term = 'admitted_30_days' THEN coefficient END) AS admitted_30_days,
    MAX(CASE WHEN term = 'this_is_emergency' THEN coefficient END) AS this_is_emergency
  FROM parr30_term
),
deprived AS (
  SELECT s.decile, MAX(d.least) AS least FROM ref_imd_score s JOIN parr30_deprivation d ON d.least <= s.imd_score GROUP BY s.decile
),
summed AS (
  SELECT l.person_id, l.provider, l.admitted, l.age, COALESCE(e.n, 0) AS n, COALESCE(e.in_30_days, 0) AS in_30_days, l.emergency, c.which, p.imd_decile,
    t.constant + t.age_squared * l.age * l.age + COALESCE(d.coefficient, 0) + t.emergency_admission * COALESCE(e.n, 0)
      + CASE WHEN e.in_30_days = 1 THEN t.admitted_30_days ELSE 0 END + CASE WHEN l.emergency THEN t.this_is_emergency ELSE 0 END
      + COALESCE(c.points, 0) / 10000.0 AS x
  FROM latest l
  JOIN person p ON p.person_id = l.person_id
  CROSS JOIN term t
  LEFT JOIN earlier e ON e.person_id = l.person_id
  LEFT JOIN conditions c ON c.person_id = l.person_id
  LEFT JOIN deprived b ON b.decile = p.imd_decile
  LEFT JOIN parr30_deprivation d ON d.least = b.least
)
SELECT person_id, LOGISTIC(x) AS value,
  CASE WHEN x >= 0 THEN '50% and over' ELSE 'under 50%' END AS band,
  CONCAT('Admitted on ', CAST(admitted AS VARCHAR), ' to ', provider, CASE WHEN emergency THEN ' as an emergency' ELSE '' END, ', aged ', CAST(age AS VARCHAR), '; ',
    CAST(n AS VARCHAR), CASE WHEN n = 1 THEN ' emergency admission' ELSE ' emergency admissions' END, ' in the year before',
    CASE WHEN in_30_days = 1 THEN ', one in the last 30 days' ELSE '' END, CASE WHEN which IS NULL THEN '' ELSE CONCAT('; ', which) END,
    CASE WHEN imd_decile IS NULL THEN '; deprivation not known' ELSE '' END, '. Hospitals count as average ones') AS reason
FROM summed
