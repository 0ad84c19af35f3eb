---
name = "efi"
title = "Electronic Frailty Index"
kind = "score"
version = "1.0"
owner = "Clinical definitions group"
source = "Clegg A and others, Age Ageing 2016; 45: 353-60; values as the public queries of Greater Manchester have them"
inputs = ["person", "code_date", "result", "medicine", "codelist", "efi_list", "efi_measure"]
codelists = ["asthma", "atrial_fibrillation", "care_home", "chronic_kidney_disease", "copd", "coronary_heart_disease", "delirium", "dementia", "diabetes", "falls", "gout", "hearing_loss", "heart_failure", "hip_fracture", "housebound", "hypertension", "hypothyroidism", "osteoarthritis", "osteoporosis", "parkinsons_disease", "peripheral_arterial_disease", "rheumatoid_arthritis", "stroke", "visual_impairment", "haemoglobin", "egfr"]
decimals = 2
note = "The published code sets are not held: the reason says how many of the 36 deficits can be told here, so that the index is a least value. People of 65 and over who are registered and alive. A code counts as long as it stands in the record; values of the last 24 months; haemoglobin under 30 is taken for g/dL and left out."
---
WITH population AS (
  SELECT person_id, sex FROM person WHERE registered AND death_date IS NULL AND age >= 65
),
told AS (
  -- What the lists that are held can tell; a code list named as a measure makes that measure count.
  SELECT COUNT(DISTINCT deficit) AS deficits FROM (
    SELECT e.deficit FROM efi_list e JOIN codelist c ON c.codelist = e.codelist
    UNION ALL
    SELECT m.deficit FROM efi_measure m JOIN codelist c ON c.codelist = m.measure
    UNION ALL
    SELECT deficit FROM efi_measure WHERE measure = 'medicines_12_months'
  ) AS known
),
measured AS (
  SELECT person_id, codelist AS measure, value FROM result
  WHERE codelist <> 'haemoglobin' OR value >= 30
  UNION ALL
  SELECT person_id, 'medicines_12_months', CAST(COUNT(*) AS DOUBLE) FROM medicine GROUP BY person_id
),
deficits AS (
  SELECT p.person_id, e.deficit
  FROM population p
  JOIN code_date c ON c.person_id = p.person_id
  JOIN efi_list e ON e.codelist = c.codelist
  UNION
  SELECT p.person_id, m.deficit
  FROM population p
  JOIN measured r ON r.person_id = p.person_id
  JOIN efi_measure m ON m.measure = r.measure AND (m.sex = '' OR m.sex = p.sex)
    AND (r.value >= m."from" OR r.value > m.above OR r.value <= m.up_to OR r.value < m.below)
),
counted AS (
  SELECT person_id, COUNT(*) AS n, STRING_AGG(REPLACE(deficit, '_', ' '), ', ' ORDER BY deficit) AS which
  FROM deficits GROUP BY person_id
)
SELECT p.person_id, COALESCE(c.n, 0) / 36.0 AS value,
  -- 4, 8 and 12 of 36 are at or below 0.12, 0.24 and 0.36.
  CASE WHEN COALESCE(c.n, 0) <= 4 THEN 'fit' WHEN c.n <= 8 THEN 'mild' WHEN c.n <= 12 THEN 'moderate' ELSE 'severe' END AS band,
  CONCAT(CAST(COALESCE(c.n, 0) AS VARCHAR), ' of 36 deficits', CASE WHEN c.n IS NULL THEN '' ELSE CONCAT(': ', c.which) END,
    '. The code sets held here can tell ', CAST(t.deficits AS VARCHAR), ' of the 36') AS reason
FROM population p
LEFT JOIN counted c ON c.person_id = p.person_id
CROSS JOIN told t
