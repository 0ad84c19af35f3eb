---
name = "coronary_heart_disease"
title = "Coronary heart disease"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the QOF register rule"
inputs = ["code_date"]
codelists = ["coronary_heart_disease"]
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive"
note = "starter code list"
---
SELECT person_id, MIN(first_date) AS since
FROM code_date
WHERE codelist = 'coronary_heart_disease'
GROUP BY person_id
