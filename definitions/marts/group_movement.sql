---
name = "group_movement"
title = "Movement between population groups by half-year, borough and practice"
kind = "mart"
version = "1.0"
owner = "Population health board"
source = "Ours: the rules of today over what had been recorded by each day, for people registered now or until they died"
inputs = ["person", "population_group", "group_history"]
codelists = []
note = "A group of -1 at the beginning: not yet born. At the end: died. Whoever joined a practice here in between counts as if always here, since earlier registrations are not held; whoever left is in neither."
---
WITH placed AS (
  SELECT pack, person_id, as_at, "group" FROM group_history
  UNION ALL
  SELECT pack, person_id, {as_at} AS as_at, "group" FROM population_group
),
days AS (
  SELECT pack, as_at, LEAD(as_at) OVER (PARTITION BY pack ORDER BY as_at) AS until FROM (SELECT DISTINCT pack, as_at FROM placed) AS d
),
ways AS (
  SELECT d.pack, d.as_at AS from_day, d.until AS to_day, f.person_id, f."group" AS from_group, COALESCE(t."group", -1) AS to_group
  FROM days d
  JOIN placed f ON f.pack = d.pack AND f.as_at = d.as_at
  LEFT JOIN placed t ON t.pack = d.pack AND t.as_at = d.until AND t.person_id = f.person_id
  WHERE d.until IS NOT NULL
  UNION ALL
  SELECT d.pack, d.as_at, d.until, t.person_id, -1, t."group"
  FROM days d
  JOIN placed t ON t.pack = d.pack AND t.as_at = d.until
  LEFT JOIN placed f ON f.pack = d.pack AND f.as_at = d.as_at AND f.person_id = t.person_id
  WHERE f.person_id IS NULL
)
SELECT w.pack, w.from_day, w.to_day, COALESCE(p.borough, '') AS borough, p.practice, w.from_group, w.to_group, COUNT(*) AS people
FROM ways w JOIN person p ON p.person_id = w.person_id
WHERE p.practice <> ''
GROUP BY 1, 2, 3, 4, 5, 6, 7
