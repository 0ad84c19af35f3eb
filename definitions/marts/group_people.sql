---
name = "group_people"
title = "People by borough, practice, population group, age band and deprivation"
kind = "mart"
version = "1.0"
owner = "Population health board"
source = "Population groups as they are on the day of the data"
inputs = ["person", "population_group"]
codelists = []
---
SELECT COALESCE(p.borough, '') AS borough, p.practice, g."group",
  CASE WHEN p.age IS NULL THEN 'not known' WHEN p.age < 18 THEN '0-17' WHEN p.age < 40 THEN '18-39' WHEN p.age < 65 THEN '40-64' WHEN p.age < 75 THEN '65-74' WHEN p.age < 85 THEN '75-84' ELSE '85+' END AS age_band,
  CASE WHEN p.imd_decile IS NULL THEN 0 ELSE (p.imd_decile + 1) / 2 END AS imd_quintile,
  COUNT(*) AS people
FROM population_group g
JOIN person p ON p.person_id = g.person_id
WHERE g.pack = 'wsic_ten' AND p.practice <> ''
GROUP BY 1, 2, 3, 4, 5
