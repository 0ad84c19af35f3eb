---
name = "osteoporosis"
title = "Osteoporosis"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the QOF register rule (aged 50 and over), without its fragility-fracture condition"
inputs = ["code_date", "person"]
codelists = ["osteoporosis"]
min_age = 50
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive, aged 50 and over or of unknown age"
note = "starter code list"
---
-- A person whose age is not known is kept: a missing date of birth may not hide a disease.
SELECT d.person_id, MIN(d.first_date) AS since
FROM code_date d
JOIN person p ON p.person_id = d.person_id
WHERE d.codelist = 'osteoporosis' AND (p.age >= 50 OR p.age IS NULL)
GROUP BY d.person_id
