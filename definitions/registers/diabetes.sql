---
name = "diabetes"
title = "Diabetes"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the QOF register rule (aged 17 and over); refsets DM_COD 20210127 and DMRES_COD 20200812"
inputs = ["code_date", "person"]
codelists = ["diabetes", "diabetes_resolved"]
min_age = 17
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive, aged 17 and over or of unknown age"
---
-- Resolved on the day of the last entry or later: off the register. Entered again after that: on it, since the last entry.
SELECT d.person_id, CASE WHEN r.last_date >= d.first_date THEN d.last_date ELSE d.first_date END AS since
FROM code_date d
JOIN person p ON p.person_id = d.person_id
LEFT JOIN code_date r ON r.person_id = d.person_id AND r.codelist = 'diabetes_resolved'
WHERE d.codelist = 'diabetes'
  AND (r.last_date IS NULL OR r.last_date < d.last_date)
  AND (p.age >= 17 OR p.age IS NULL)
