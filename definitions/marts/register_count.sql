---
name = "register_count"
title = "People on each register, and people who could be, by borough and practice"
kind = "mart"
version = "1.1"
owner = "Clinical definitions group"
source = "Registers as they are on the day of the data; people registered and alive. Numerator and denominator as the head of each register says"
inputs = ["person", "register", "register_rule"]
codelists = []
note = "Age not known counts where a register begins at an age, and not where it ends at one: as the registers themselves do."
---
WITH people AS (
  SELECT person_id, age, COALESCE(borough, '') AS borough, practice
  FROM person WHERE registered AND death_date IS NULL AND practice <> ''
),
ages AS (SELECT borough, practice, age, COUNT(*) AS n FROM people GROUP BY borough, practice, age),
could AS (
  SELECT r.register, a.borough, a.practice, SUM(a.n) AS people
  FROM ages a CROSS JOIN register_rule r
  WHERE (r.min_age IS NULL OR a.age >= r.min_age OR a.age IS NULL) AND (r.max_age IS NULL OR a.age <= r.max_age)
  GROUP BY r.register, a.borough, a.practice
),
are AS (
  SELECT r.register, p.borough, p.practice, COUNT(DISTINCT r.person_id) AS n
  FROM register r JOIN people p ON p.person_id = r.person_id
  GROUP BY r.register, p.borough, p.practice
)
SELECT c.register, c.borough, c.practice, COALESCE(a.n, 0) AS n, c.people
FROM could c
LEFT JOIN are a ON a.register = c.register AND a.borough = c.borough AND a.practice = c.practice
