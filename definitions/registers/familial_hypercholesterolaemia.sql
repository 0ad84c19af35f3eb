---
name = "familial_hypercholesterolaemia"
title = "Familial hypercholesterolaemia"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the register of the West and North London analytics project (aged 20 and over): ever recorded"
inputs = ["code_date", "person"]
codelists = ["familial_hypercholesterolaemia"]
min_age = 20
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive, aged 20 and over or of unknown age"
note = "starter code list"
---
-- A person whose age is not known is kept: a missing date of birth may not hide a disease.
SELECT d.person_id, MIN(d.first_date) AS since
FROM code_date d
JOIN person p ON p.person_id = d.person_id
WHERE d.codelist = 'familial_hypercholesterolaemia' AND (p.age >= 20 OR p.age IS NULL)
GROUP BY d.person_id
