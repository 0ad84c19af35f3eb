---
name = "gp_did_not_attend"
title = "GP practice appointments not attended"
kind = "indicator"
version = "1.2"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); not attended of attended and not attended; cancelled and booked ones are left out"
inputs = ["person_month"]
codelists = []
domain = "operational performance"
direction = "decrease"
form = "proportion"
unit = "per cent of appointments"
per = 100
data = ["gp_appointment"]
numerator = "appointments at the practice not attended in the month"
denominator = "appointments at the practice attended or not attended in the month"
---
SELECT place, month, SUM(gp_not_attended) AS numerator, SUM(gp_with_gp + gp_with_other + gp_not_attended) AS denominator
FROM person_month
-- Complete months only.
WHERE month < DATE_TRUNC('month', {as_at} + INTERVAL '1 day') AND (gp_with_gp + gp_with_other + gp_not_attended) > 0
GROUP BY place, month
