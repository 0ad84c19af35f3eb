---
name = "housebound"
title = "Housebound"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "ours: recorded in the last 24 months, because it passes"
inputs = ["code_date"]
codelists = ["housebound"]
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive"
note = "starter code list"
---
SELECT person_id, first_date AS since
FROM code_date
WHERE codelist = 'housebound' AND n_24m > 0
