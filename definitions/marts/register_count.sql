---
name = "register_count"
title = "People on each register by borough and practice"
kind = "mart"
version = "1.0"
owner = "Clinical definitions group"
source = "Registers as they are on the day of the data; people registered and alive"
inputs = ["person", "register"]
codelists = []
---
SELECT r.register, COALESCE(p.borough, '') AS borough, p.practice, COUNT(DISTINCT r.person_id) AS n
FROM register r
JOIN person p ON p.person_id = r.person_id
WHERE p.registered AND p.death_date IS NULL AND p.practice <> ''
GROUP BY r.register, COALESCE(p.borough, ''), p.practice
