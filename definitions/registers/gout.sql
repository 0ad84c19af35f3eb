---
name = "gout"
title = "Gout"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "ours: ever recorded; no QOF register exists"
inputs = ["code_date"]
codelists = ["gout"]
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive"
note = "starter code list"
---
SELECT person_id, MIN(first_date) AS since
FROM code_date
WHERE codelist = 'gout'
GROUP BY person_id
