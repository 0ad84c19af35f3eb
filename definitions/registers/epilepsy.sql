---
name = "epilepsy"
title = "Epilepsy"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the QOF register rule (aged 18 and over); QOF asks for treatment in the last 6 months, 12 are taken here"
inputs = ["code_date", "person"]
codelists = ["epilepsy", "epilepsy_treatment"]
min_age = 18
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive, aged 18 and over or of unknown age"
note = "starter code list"
---
-- Treated in the last 12 months: someone who has stopped treatment leaves the register, as QOF has it.
SELECT d.person_id, d.first_date AS since
FROM code_date d
JOIN person p ON p.person_id = d.person_id
JOIN code_date t ON t.person_id = d.person_id AND t.codelist = 'epilepsy_treatment' AND t.n_12m > 0
WHERE d.codelist = 'epilepsy'
  AND (p.age >= 18 OR p.age IS NULL)
