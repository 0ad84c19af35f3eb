---
name = "length_of_stay"
title = "Length of emergency stay"
kind = "indicator"
version = "1.2"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); discharge date less admission date"
inputs = ["person_month"]
codelists = []
domain = "operational performance"
direction = "decrease"
form = "mean"
unit = "nights"
per = 1
data = ["stay"]
numerator = "nights of emergency stays that ended in the month"
denominator = "emergency stays that ended in the month"
---
SELECT place, month, SUM(emergency_nights) AS numerator, SUM(emergency_stays_ended) AS denominator
FROM person_month
-- Complete months only.
WHERE month < DATE_TRUNC('month', {as_at} + INTERVAL '1 day') AND emergency_stays_ended > 0
GROUP BY place, month
