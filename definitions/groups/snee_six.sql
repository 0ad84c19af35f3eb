---
name = "snee_six"
title = "Suffolk and North East Essex, six segments"
kind = "group"
version = "1.0"
owner = "Population health board"
source = "Suffolk and North East Essex Integrated Care Board, segmentation as documented in the open (SNEEdocs, MIT licence): a segment is any of its elements, the first segment decides; the code lists are ours"
inputs = ["person", "register", "code_date", "spell", "appointment", "ref_long_term_conditions"]
codelists = ["frailty_severe", "frailty_moderate", "homelessness", "alcohol_dependence", "drug_dependence", "smoker"]
note = "Hospital elements look at the last 24 months. Not held here and so not looked at: end-stage disease of liver, heart and lungs, having a carer. Depression, anxiety and serious mental illness are elements of Feel well and do not count among long-term conditions."

[[group]]
number = 1
name = "Die well"
order = 1

[[group]]
number = 2
name = "Age well"
order = 2

[[group]]
number = 3
name = "Stay well"
order = 3

[[group]]
number = 4
name = "Feel well"
order = 4

[[group]]
number = 5
name = "Be well"
order = 5

[[group]]
number = 6
name = "Live well"
order = 6
rest = true
---
WITH population AS (
  SELECT person_id FROM person WHERE registered AND death_date IS NULL
),
registered AS (
  SELECT p.person_id, r.register, r.since FROM population p JOIN register r ON r.person_id = p.person_id
),
conditions AS (
  SELECT r.person_id, COUNT(*) AS n, STRING_AGG(t.title, ', ' ORDER BY t.title) AS titles
  FROM registered r
  JOIN ref_long_term_conditions t ON t.register = r.register AND t.counts = 'yes'
    AND t.register NOT IN ('depression', 'anxiety', 'serious_mental_illness')
  GROUP BY r.person_id
),
coded AS (
  SELECT p.person_id, c.codelist, c.last_date, c.n_24m FROM population p JOIN code_date c ON c.person_id = p.person_id
),
stays AS (
  -- The words of a stay that put somebody into a segment; the first that fits.
  SELECT p.person_id, s.admitted, s.emergency,
    CASE
      WHEN SUBSTR(s.primary_icd10, 1, 4) IN ('S720', 'S721', 'S722') THEN 'hip fracture'
      WHEN SUBSTR(s.primary_icd10, 1, 3) IN ('I60', 'I61', 'I62', 'I63', 'I64') THEN 'stroke'
      WHEN CONCAT(' ', s.codes) LIKE '% W0%' OR CONCAT(' ', s.codes) LIKE '% W1%' OR SUBSTR(s.primary_icd10, 1, 4) = 'R296' THEN 'a fall'
      WHEN SUBSTR(s.primary_icd10, 1, 3) = 'R54' THEN 'frailty'
    END AS old_age,
    CASE
      WHEN SUBSTR(s.primary_icd10, 1, 3) = 'F10' THEN 'alcohol'
      WHEN SUBSTR(s.primary_icd10, 1, 3) IN ('F11', 'F12', 'F13', 'F14', 'F15', 'F16', 'F18', 'F19') THEN 'drugs'
      WHEN s.primary_icd10 LIKE 'F%' THEN 'mental ill-health'
      WHEN CONCAT(' ', s.codes) LIKE '% X6%' OR CONCAT(' ', s.codes) LIKE '% X7%' OR CONCAT(' ', s.codes) LIKE '% X80%'
        OR CONCAT(' ', s.codes) LIKE '% X81%' OR CONCAT(' ', s.codes) LIKE '% X82%' OR CONCAT(' ', s.codes) LIKE '% X83%' OR CONCAT(' ', s.codes) LIKE '% X84%' THEN 'self-harm'
      WHEN CONCAT(' ', s.codes) LIKE '% Z590%' THEN 'homelessness'
    END AS mind,
    SUBSTR(s.primary_icd10, 1, 3) IN ('K02', 'K04', 'K05', 'K08') AS dental
  FROM population p JOIN spell s ON s.person_id = p.person_id
  WHERE s.admitted > {as_at} - INTERVAL '24 months'
),
contacts AS (
  SELECT a.person_id, MAX(a.day) AS latest
  FROM population p JOIN appointment a ON a.person_id = p.person_id
  WHERE a.kind = 'mental_health_contact' AND a.day > {as_at} - INTERVAL '12 months' AND a.day <= {as_at}
    AND (a.outcome IS NULL OR a.outcome IN ('', '5', '6'))
  GROUP BY a.person_id
)
SELECT person_id, 1 AS "group", CONCAT('Palliative care, recorded since ', TO_CHAR(since, '%-d %B %Y')) AS because
FROM registered WHERE register = 'palliative_care'
UNION ALL
SELECT person_id, 2, CONCAT('In hospital with ', old_age, ' (admitted on ', TO_CHAR(MAX(admitted), '%-d %B %Y'), ')')
FROM stays WHERE old_age IS NOT NULL GROUP BY person_id, old_age
UNION ALL
SELECT person_id, 2, CONCAT(CASE register WHEN 'dementia' THEN 'Dementia' ELSE 'Housebound' END, ', recorded since ', TO_CHAR(since, '%-d %B %Y'))
FROM registered WHERE register IN ('dementia', 'housebound')
UNION ALL
SELECT person_id, 2, CONCAT('Severe frailty recorded on ', TO_CHAR(last_date, '%-d %B %Y'))
FROM coded WHERE codelist = 'frailty_severe'
UNION ALL
SELECT person_id, CASE WHEN n >= 4 THEN 2 ELSE 3 END,
  CONCAT(CASE WHEN n = 1 THEN '1 long-term condition: ' ELSE CONCAT(CAST(n AS VARCHAR), ' long-term conditions: ') END, titles)
FROM conditions
UNION ALL
SELECT person_id, 3, CONCAT('Moderate frailty recorded on ', TO_CHAR(last_date, '%-d %B %Y'))
FROM coded WHERE codelist = 'frailty_moderate'
UNION ALL
SELECT person_id, 4, CONCAT(CASE register WHEN 'serious_mental_illness' THEN 'Serious and enduring mental illness' WHEN 'depression' THEN 'Depression' ELSE 'Anxiety' END,
  ', recorded since ', TO_CHAR(since, '%-d %B %Y'))
FROM registered WHERE register IN ('serious_mental_illness', 'depression', 'anxiety')
UNION ALL
SELECT person_id, 4, CONCAT('Mental health contact in the last year (latest on ', TO_CHAR(latest, '%-d %B %Y'), ')')
FROM contacts
UNION ALL
SELECT person_id, 4, CONCAT('In hospital with ', mind, ' (admitted on ', TO_CHAR(MAX(admitted), '%-d %B %Y'), ')')
FROM stays WHERE mind IS NOT NULL GROUP BY person_id, mind
UNION ALL
SELECT person_id, 4, CONCAT(CASE codelist WHEN 'homelessness' THEN 'Homelessness' ELSE 'Drug dependence' END, ' recorded in the last 24 months (last on ', TO_CHAR(last_date, '%-d %B %Y'), ')')
FROM coded WHERE codelist IN ('homelessness', 'drug_dependence') AND n_24m > 0
UNION ALL
SELECT person_id, 5, CONCAT('Dental emergency in hospital (admitted on ', TO_CHAR(MAX(admitted), '%-d %B %Y'), ')')
FROM stays WHERE dental AND emergency GROUP BY person_id
UNION ALL
SELECT person_id, 5, CONCAT('Obesity, recorded since ', TO_CHAR(since, '%-d %B %Y'))
FROM registered WHERE register = 'obesity'
UNION ALL
SELECT person_id, 5, CONCAT(CASE codelist WHEN 'smoker' THEN 'Smoking' ELSE 'Alcohol risk' END, ' recorded in the last 24 months (last on ', TO_CHAR(last_date, '%-d %B %Y'), ')')
FROM coded WHERE codelist IN ('smoker', 'alcohol_dependence') AND n_24m > 0
UNION ALL
SELECT person_id, 6, 'Nothing recorded that belongs to another segment' FROM population
