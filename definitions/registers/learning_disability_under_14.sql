---
name = "learning_disability_under_14"
title = "Learning disability, under 14"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the register of the West and North London analytics project (aged 0 to 13); refset LD_COD 20210127"
inputs = ["code_date", "person"]
codelists = ["learning_disability"]
max_age = 13
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive, aged 13 and under"
---
SELECT d.person_id, MIN(d.first_date) AS since
FROM code_date d
JOIN person p ON p.person_id = d.person_id
WHERE d.codelist = 'learning_disability' AND p.age <= 13
GROUP BY d.person_id
