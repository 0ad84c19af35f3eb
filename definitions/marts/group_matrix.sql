---
name = "group_matrix"
title = "Activity and cost by borough, population group and kind"
kind = "mart"
version = "1.0"
owner = "Population health board"
source = "Activity of the latest twelve complete months of people who are in a group now"
inputs = ["person", "population_group", "activity"]
codelists = []
---
SELECT COALESCE(p.borough, '') AS borough, g."group", a.kind,
  CAST(COUNT(DISTINCT a.person_id) AS BIGINT) AS people, CAST(SUM(a.n) AS BIGINT) AS n, CAST(SUM(a.days) AS BIGINT) AS days, CAST(SUM(a.pence) AS BIGINT) AS pence
FROM population_group g
JOIN person p ON p.person_id = g.person_id
JOIN activity a ON a.person_id = g.person_id
WHERE g.pack = 'wsic_ten' AND p.practice <> ''
  AND a.month >= CAST(DATE_TRUNC('month', {as_at} + INTERVAL '1 day') AS DATE) - INTERVAL '12 months'
  AND a.month < CAST(DATE_TRUNC('month', {as_at} + INTERVAL '1 day') AS DATE)
GROUP BY COALESCE(p.borough, ''), g."group", a.kind
