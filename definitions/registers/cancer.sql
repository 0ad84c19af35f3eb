---
name = "cancer"
title = "Cancer"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the QOF register rule (entered since 1 April 2003; non-melanotic skin cancer left out)"
inputs = ["code_date"]
codelists = ["cancer"]
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive"
note = "starter code list"
---
SELECT person_id, first_date AS since
FROM code_date
WHERE codelist = 'cancer' AND last_date >= DATE '2003-04-01'
