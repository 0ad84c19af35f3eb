---
name = "motor_neurone_disease"
title = "Motor neurone disease"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the register of the West and North London analytics project: ever recorded"
inputs = ["code_date"]
codelists = ["motor_neurone_disease"]
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive"
note = "starter code list"
---
SELECT person_id, MIN(first_date) AS since
FROM code_date
WHERE codelist = 'motor_neurone_disease'
GROUP BY person_id
