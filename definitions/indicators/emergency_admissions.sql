---
name = "emergency_admissions"
title = "Emergency admissions"
kind = "indicator"
version = "1.1"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); ADMIMETH 21 to 25, 28, 2A to 2D (HES data dictionary)"
inputs = ["spell", "population_month"]
codelists = []
domain = "operational performance"
direction = "decrease"
form = "rate"
unit = "per 1,000 people a month"
per = 1000
numerator = "emergency admissions that began in the month"
denominator = "people of the practice in the month"
note = "People are those registered now and those who have died since; someone who has moved away is not counted in earlier months."
---
SELECT d.practice, d.borough, d.month, COALESCE(e.n, 0) AS numerator, d.people AS denominator
FROM population_month d
LEFT JOIN (
  SELECT practice, borough, CAST(DATE_TRUNC('month', admitted) AS DATE) AS month, COUNT(*) AS n
  FROM spell
  WHERE emergency
  GROUP BY practice, borough, CAST(DATE_TRUNC('month', admitted) AS DATE)
) e ON e.practice = d.practice AND e.borough = d.borough AND e.month = d.month
