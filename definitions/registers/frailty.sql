---
name = "frailty"
title = "Frailty"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "ours: a frailty grade recorded by the practice or R54 by a hospital"
inputs = ["code_date"]
codelists = ["frailty"]
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive"
note = "starter code list"
---
SELECT person_id, MIN(first_date) AS since
FROM code_date
WHERE codelist = 'frailty'
GROUP BY person_id
