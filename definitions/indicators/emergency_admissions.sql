---
name = "emergency_admissions"
title = "Emergency admissions"
kind = "indicator"
version = "1.2"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); ADMIMETH 21 to 25, 28, 2A to 2D (HES data dictionary)"
inputs = ["person_month", "population_month"]
codelists = []
domain = "operational performance"
direction = "decrease"
form = "rate"
unit = "per 1,000 people a month"
per = 1000
data = ["stay"]
numerator = "emergency admissions that began in the month"
denominator = "people of the practice in the month"
note = "People are those registered now and those who have died since; someone who has moved away is not counted in earlier months."
---
SELECT d.place, d.month, COALESCE(e.n, 0) AS numerator, d.people AS denominator
FROM population_month d
LEFT JOIN (
  SELECT place, month, SUM(emergency_admissions) AS n
  FROM person_month
  WHERE emergency_admissions > 0
  GROUP BY place, month
) e ON e.place = d.place AND e.month = d.month
