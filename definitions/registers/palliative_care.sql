---
name = "palliative_care"
title = "Palliative care"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the QOF register rule; refsets PALCARE_COD and PALCARENI_COD 20200812"
inputs = ["code_date"]
codelists = ["palliative_care", "palliative_care_not_indicated"]
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive"
---
SELECT d.person_id, d.first_date AS since
FROM code_date d
LEFT JOIN code_date r ON r.person_id = d.person_id AND r.codelist = 'palliative_care_not_indicated'
WHERE d.codelist = 'palliative_care' AND (r.last_date IS NULL OR r.last_date < d.last_date)
