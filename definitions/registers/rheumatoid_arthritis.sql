---
name = "rheumatoid_arthritis"
title = "Rheumatoid arthritis"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the QOF register rule (aged 16 and over)"
inputs = ["code_date", "person"]
codelists = ["rheumatoid_arthritis"]
min_age = 16
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive, aged 16 and over or of unknown age"
note = "starter code list"
---
-- A person whose age is not known is kept: a missing date of birth may not hide a disease.
SELECT d.person_id, MIN(d.first_date) AS since
FROM code_date d
JOIN person p ON p.person_id = d.person_id
WHERE d.codelist = 'rheumatoid_arthritis' AND (p.age >= 16 OR p.age IS NULL)
GROUP BY d.person_id
