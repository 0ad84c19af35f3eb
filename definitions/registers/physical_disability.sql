---
name = "physical_disability"
title = "Severe physical disability"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "ours: ever recorded; no QOF register exists"
inputs = ["code_date"]
codelists = ["physical_disability"]
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive"
note = "starter code list"
---
SELECT person_id, MIN(first_date) AS since
FROM code_date
WHERE codelist = 'physical_disability'
GROUP BY person_id
