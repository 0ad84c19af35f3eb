---
name = "learning_disability"
title = "Learning disability"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the QOF register rule; refset LD_COD 20210127"
inputs = ["code_date"]
codelists = ["learning_disability"]
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive"
---
SELECT person_id, MIN(first_date) AS since
FROM code_date
WHERE codelist = 'learning_disability'
GROUP BY person_id
