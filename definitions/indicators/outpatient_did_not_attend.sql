---
name = "outpatient_did_not_attend"
title = "Outpatient appointments not attended"
kind = "indicator"
version = "1.1"
owner = "Outcomes and evaluation group"
source = "HES data dictionary, ATTENDED: 3 did not attend, 7 came too late; 5 and 6 were seen. The denominator is our reading: cancelled appointments are left out"
inputs = ["person_month"]
codelists = []
domain = "operational performance"
direction = "decrease"
form = "proportion"
unit = "per cent of appointments"
per = 100
data = ["outpatient"]
numerator = "outpatient appointments not attended, or attended too late to be seen, in the month"
denominator = "outpatient appointments attended or not attended in the month"
---
SELECT place, month, SUM(outpatient_not_attended) AS numerator, SUM(outpatient_attended + outpatient_not_attended) AS denominator
FROM person_month
-- Complete months only.
WHERE month < DATE_TRUNC('month', {as_at} + INTERVAL '1 day') AND (outpatient_attended + outpatient_not_attended) > 0
GROUP BY place, month
