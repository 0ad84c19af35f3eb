---
name = "ae_frequent_attenders"
title = "Frequent A&E attenders"
kind = "worklist"
version = "1.0"
owner = "Clinical definitions group"
source = "Royal College of Emergency Medicine: five or more attendances in 12 months"
purpose = "Understand why, and plan an alternative with the person"
rule = "Five or more A&E attendances of any kind in the last 12 months."
facts = [{ of = "timeline", kinds = ["ae_attendance"], months = 12 }]
inputs = ["person", "ae_attendance"]
codelists = []
---
WITH visits AS (
  SELECT person_id, COUNT(*) AS n, MAX(day) AS latest, SUM(CASE WHEN kind = 'ae_type1' THEN 1 ELSE 0 END) AS major
  FROM ae_attendance
  WHERE day > {as_at} - INTERVAL '12 months' AND day <= {as_at}
  GROUP BY person_id
)
SELECT p.person_id, v.n AS weight,
  CONCAT(CAST(v.n AS VARCHAR), ' A&E attendances in the last 12 months (', CAST(v.major AS VARCHAR),
    ' at a major department), the latest on ', TO_CHAR(v.latest, '%-d %B %Y')) AS reason
FROM person p
JOIN visits v ON v.person_id = p.person_id
WHERE p.registered AND p.death_date IS NULL AND v.n >= 5
