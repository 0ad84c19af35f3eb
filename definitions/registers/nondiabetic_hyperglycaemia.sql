---
name = "nondiabetic_hyperglycaemia"
title = "Non-diabetic hyperglycaemia"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the QOF register rule (aged 18 and over, no diabetes)"
inputs = ["code_date", "person"]
codelists = ["nondiabetic_hyperglycaemia", "diabetes"]
min_age = 18
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive, aged 18 and over or of unknown age"
note = "starter code list"
---
SELECT d.person_id, d.first_date AS since
FROM code_date d
JOIN person p ON p.person_id = d.person_id
LEFT JOIN code_date r ON r.person_id = d.person_id AND r.codelist = 'diabetes'
WHERE d.codelist = 'nondiabetic_hyperglycaemia' AND (p.age >= 18 OR p.age IS NULL) AND r.person_id IS NULL
