---
name = "falls"
title = "Fall or hip fracture in the last year"
kind = "worklist"
version = "1.0"
owner = "Clinical definitions group"
source = "NICE NG249: people of 65 and over who have fallen in the last year are assessed for risk of falls"
purpose = "Assessment of falls risk, strength and balance, home hazards"
rule = "Aged 65 or over, with a fall or a hip fracture recorded in the last 12 months."
facts = [{ of = "problems", months = 12 }]
inputs = ["person", "code_date"]
codelists = ["falls", "hip_fracture"]
---
WITH fell AS (
  SELECT person_id, SUM(n_12m) AS n, MAX(last_date) AS latest, MAX(CASE WHEN codelist = 'hip_fracture' THEN 1 ELSE 0 END) AS hip
  FROM code_date
  WHERE codelist IN ('falls', 'hip_fracture') AND n_12m > 0
  GROUP BY person_id
)
SELECT p.person_id, f.n + 5 * f.hip AS weight,
  CONCAT('Aged ', CAST(p.age AS VARCHAR), '; ', CASE WHEN f.hip = 1 THEN 'hip fracture' ELSE 'fall' END,
    ' recorded in the last 12 months, last entry on ', TO_CHAR(f.latest, '%-d %B %Y'),
    ' (', CAST(f.n AS VARCHAR), CASE WHEN f.n = 1 THEN ' entry)' ELSE ' entries)' END) AS reason
FROM person p
JOIN fell f ON f.person_id = p.person_id
WHERE p.registered AND p.death_date IS NULL AND p.age >= 65
