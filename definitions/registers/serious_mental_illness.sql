---
name = "serious_mental_illness"
title = "Serious and enduring mental illness"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the QOF register rule"
inputs = ["code_date"]
codelists = ["serious_mental_illness"]
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive"
note = "starter code list; remission is not looked at"
---
SELECT person_id, MIN(first_date) AS since
FROM code_date
WHERE codelist = 'serious_mental_illness'
GROUP BY person_id
