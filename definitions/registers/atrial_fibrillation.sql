---
name = "atrial_fibrillation"
title = "Atrial fibrillation"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the QOF register rule"
inputs = ["code_date"]
codelists = ["atrial_fibrillation"]
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive"
note = "starter code list; QOF takes people off when resolved: no resolution list is held"
---
SELECT person_id, MIN(first_date) AS since
FROM code_date
WHERE codelist = 'atrial_fibrillation'
GROUP BY person_id
