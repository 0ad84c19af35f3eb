---
name = "cerebral_palsy"
title = "Cerebral palsy"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the register of the West and North London analytics project: ever recorded"
inputs = ["code_date"]
codelists = ["cerebral_palsy"]
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive"
note = "starter code list"
---
SELECT person_id, MIN(first_date) AS since
FROM code_date
WHERE codelist = 'cerebral_palsy'
GROUP BY person_id
