---
name = "asthma"
title = "Asthma"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the QOF register rule (aged 6 and over, treated in the last 12 months); refsets AST_COD and ASTRES_COD"
inputs = ["code_date", "person"]
codelists = ["asthma", "asthma_treatment", "asthma_resolved"]
min_age = 6
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive, aged 6 and over or of unknown age"
---
-- Treated in the last 12 months: someone who has stopped treatment leaves the register, as QOF has it.
SELECT d.person_id, d.first_date AS since
FROM code_date d
JOIN person p ON p.person_id = d.person_id
JOIN code_date t ON t.person_id = d.person_id AND t.codelist = 'asthma_treatment' AND t.n_12m > 0
LEFT JOIN code_date r ON r.person_id = d.person_id AND r.codelist = 'asthma_resolved'
WHERE d.codelist = 'asthma'
  AND (p.age >= 6 OR p.age IS NULL)
  AND (r.last_date IS NULL OR r.last_date < d.last_date)
