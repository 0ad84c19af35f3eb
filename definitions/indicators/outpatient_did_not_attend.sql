---
name = "outpatient_did_not_attend"
title = "Outpatient appointments not attended"
kind = "indicator"
version = "1.0"
owner = "Outcomes and evaluation group"
source = "HES data dictionary, ATTENDED: 3 did not attend, 7 came too late; 5 and 6 were seen. The denominator is our reading: cancelled appointments are left out"
inputs = ["attendance"]
codelists = []
domain = "operational performance"
direction = "decrease"
form = "proportion"
unit = "per cent of appointments"
per = 100
numerator = "outpatient appointments not attended, or attended too late to be seen, in the month"
denominator = "outpatient appointments attended or not attended in the month"
---
SELECT practice, borough, CAST(DATE_TRUNC('month', day) AS DATE) AS month,
  SUM(CASE WHEN outcome IN ('3', '7') THEN 1 ELSE 0 END) AS numerator, COUNT(*) AS denominator
FROM attendance
WHERE kind = 'outpatient_appointment' AND outcome IN ('3', '7', '5', '6') AND practice <> ''
  AND day >= DATE_TRUNC('month', {as_at} - INTERVAL '36 months') AND day < DATE_TRUNC('month', {as_at} + INTERVAL '1 day')
GROUP BY practice, borough, CAST(DATE_TRUNC('month', day) AS DATE)
