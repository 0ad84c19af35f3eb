---
name = "length_of_stay"
title = "Length of emergency stay"
kind = "indicator"
version = "1.1"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); discharge date less admission date"
inputs = ["spell"]
codelists = []
domain = "operational performance"
direction = "decrease"
form = "mean"
unit = "nights"
per = 1
numerator = "nights of emergency stays that ended in the month"
denominator = "emergency stays that ended in the month"
---
SELECT practice, borough, CAST(DATE_TRUNC('month', discharged) AS DATE) AS month, SUM(nights) AS numerator, COUNT(*) AS denominator
FROM spell
WHERE emergency AND practice <> ''
  AND discharged >= DATE_TRUNC('month', {as_at} - INTERVAL '36 months') AND discharged < DATE_TRUNC('month', {as_at} + INTERVAL '1 day')
GROUP BY practice, borough, CAST(DATE_TRUNC('month', discharged) AS DATE)
