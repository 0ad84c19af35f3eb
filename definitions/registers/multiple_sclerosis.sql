---
name = "multiple_sclerosis"
title = "Multiple sclerosis"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "ours: ever recorded; no QOF register exists"
inputs = ["code_date"]
codelists = ["multiple_sclerosis"]
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive"
note = "starter code list"
---
SELECT person_id, MIN(first_date) AS since
FROM code_date
WHERE codelist = 'multiple_sclerosis'
GROUP BY person_id
