---
name = "cambridge_multimorbidity"
title = "Cambridge Multimorbidity Score"
kind = "score"
version = "1.0"
owner = "Clinical definitions group"
source = "Payne RA and others, CMAJ 2020; 192: E107-14: weights of the general outcome; how a condition is told, after its appendix"
inputs = ["person", "code_date", "result", "score_points"]
codelists = ["hypertension", "hearing_loss", "diabetes", "coronary_heart_disease", "atrial_fibrillation", "stroke", "tia", "copd", "rheumatoid_arthritis", "alcohol_dependence", "heart_failure", "dementia", "serious_mental_illness", "anxiety", "depression", "antidepressants", "asthma", "asthma_treatment", "epilepsy", "epilepsy_treatment", "cancer", "analgesics", "laxatives", "antispasmodics", "egfr"]
decimals = 2
note = "Everybody registered and alive. Not told here: irritable bowel syndrome by code (four antispasmodics in a year tell it), painful condition by antiepileptics. Over-the-counter medicines are not in the record."
---
WITH population AS (
  SELECT person_id FROM person WHERE registered AND death_date IS NULL
),
kidney AS (
  -- The better of the latest two filtration rates; whoever never had a low one is passed over at once.
  SELECT person_id FROM (
    SELECT person_id, value, ROW_NUMBER() OVER (PARTITION BY person_id ORDER BY day DESC, value DESC) AS place
    FROM result WHERE codelist = 'egfr' AND person_id IN (SELECT person_id FROM result WHERE codelist = 'egfr' AND value < 60)
  ) AS latest
  WHERE place <= 2 GROUP BY person_id HAVING MAX(value) < 60
),
found AS (
  -- Ever recorded.
  SELECT person_id, CASE WHEN codelist IN ('stroke', 'tia') THEN 'stroke_tia' WHEN codelist = 'rheumatoid_arthritis' THEN 'connective_tissue_disorder'
    WHEN codelist = 'alcohol_dependence' THEN 'alcohol_problems' WHEN codelist = 'serious_mental_illness' THEN 'psychosis_or_bipolar' ELSE codelist END AS condition
  FROM code_date
  WHERE codelist IN ('hypertension', 'hearing_loss', 'diabetes', 'coronary_heart_disease', 'atrial_fibrillation', 'stroke', 'tia', 'copd',
    'rheumatoid_arthritis', 'alcohol_dependence', 'heart_failure', 'dementia', 'serious_mental_illness')
  UNION
  -- Recorded, and treated in the last year.
  SELECT l.person_id, l.codelist FROM code_date l
  JOIN code_date t ON t.person_id = l.person_id AND t.codelist = CONCAT(l.codelist, '_treatment') AND t.n_12m > 0
  WHERE l.codelist IN ('asthma', 'epilepsy')
  UNION
  -- Recorded in the last year, or four prescriptions in it.
  SELECT person_id, 'anxiety_or_depression' FROM code_date
  WHERE (codelist IN ('anxiety', 'depression') AND n_12m > 0) OR (codelist = 'antidepressants' AND n_12m >= 4)
  UNION
  SELECT person_id, CASE codelist WHEN 'analgesics' THEN 'painful_condition' WHEN 'laxatives' THEN 'constipation' ELSE 'irritable_bowel_syndrome' END FROM code_date
  WHERE codelist IN ('analgesics', 'laxatives', 'antispasmodics') AND n_12m >= 4
  UNION
  -- First recorded in the last five years.
  SELECT person_id, 'cancer' FROM code_date WHERE codelist = 'cancer' AND first_date > {as_at} - INTERVAL '5 years'
  UNION
  SELECT person_id, 'chronic_kidney_disease' FROM kidney
),
counted AS (
  SELECT f.person_id, SUM(s.points) AS points, STRING_AGG(s.title, ', ' ORDER BY s.title) AS titles
  FROM found f JOIN score_points s ON s.score = 'cambridge_multimorbidity' AND s.condition = f.condition
  GROUP BY f.person_id
)
SELECT p.person_id, COALESCE(c.points, 0) / 100.0 AS value, '' AS band, COALESCE(c.titles, '') AS reason
FROM population p
LEFT JOIN counted c ON c.person_id = p.person_id
