---
name = "gp_did_not_attend"
title = "GP practice appointments not attended"
kind = "indicator"
version = "1.1"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); not attended of attended and not attended; cancelled and booked ones are left out"
inputs = ["attendance"]
codelists = []
domain = "operational performance"
direction = "decrease"
form = "proportion"
unit = "per cent of appointments"
per = 100
numerator = "appointments at the practice not attended in the month"
denominator = "appointments at the practice attended or not attended in the month"
---
SELECT practice, borough, CAST(DATE_TRUNC('month', day) AS DATE) AS month,
  SUM(CASE WHEN outcome IN ('dna') THEN 1 ELSE 0 END) AS numerator, COUNT(*) AS denominator
FROM attendance
WHERE kind = 'gp_appointment' AND outcome IN ('dna', 'attended') AND practice <> ''
  AND day >= DATE_TRUNC('month', {as_at} - INTERVAL '36 months') AND day < DATE_TRUNC('month', {as_at} + INTERVAL '1 day')
GROUP BY practice, borough, CAST(DATE_TRUNC('month', day) AS DATE)
