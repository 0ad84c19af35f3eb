---
name = "obesity"
title = "Obesity"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the QOF register rule (aged 18 and over), by diagnosis code only"
inputs = ["code_date", "person"]
codelists = ["obesity"]
min_age = 18
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive, aged 18 and over or of unknown age"
note = "starter code list; QOF asks for a body mass index of 30 or more (27.5 in some ethnic groups) in the last 12 months"
---
-- A person whose age is not known is kept: a missing date of birth may not hide a disease.
SELECT d.person_id, MIN(d.first_date) AS since
FROM code_date d
JOIN person p ON p.person_id = d.person_id
WHERE d.codelist = 'obesity' AND (p.age >= 18 OR p.age IS NULL)
GROUP BY d.person_id
