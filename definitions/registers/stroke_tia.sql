---
name = "stroke_tia"
title = "Stroke and transient ischaemic attack"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "after the QOF register rule; refsets STRK_COD 20210127 and TIA_COD 20201016"
inputs = ["code_date"]
codelists = ["stroke", "tia"]
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive"
---
SELECT person_id, MIN(first_date) AS since
FROM code_date
WHERE codelist IN ('stroke', 'tia')
GROUP BY person_id
