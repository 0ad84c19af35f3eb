---
name = "pack_condition"
title = "People on each register by pack, borough and population group"
kind = "mart"
version = "1.0"
owner = "Population health board"
source = "Registers and population groups as they are on the day of the data"
inputs = ["person", "population_group", "register"]
codelists = []
---
SELECT g.pack, COALESCE(p.borough, '') AS borough, g."group", r.register, COUNT(DISTINCT g.person_id) AS n
FROM population_group g
JOIN person p ON p.person_id = g.person_id
JOIN register r ON r.person_id = g.person_id
WHERE p.practice <> ''
GROUP BY g.pack, COALESCE(p.borough, ''), g."group", r.register
