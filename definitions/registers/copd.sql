---
name = "copd"
title = "Chronic obstructive pulmonary disease"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the QOF register rule"
inputs = ["code_date"]
codelists = ["copd"]
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive"
note = "starter code list; QOF asks for spirometry in newer diagnoses: not asked here"
---
SELECT person_id, MIN(first_date) AS since
FROM code_date
WHERE codelist = 'copd'
GROUP BY person_id
