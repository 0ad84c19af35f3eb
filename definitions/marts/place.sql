---
name = "place"
title = "Boroughs, neighbourhoods and practices by name"
kind = "mart"
version = "1.1"
owner = "Population health board"
source = "The deployment's area tables; pilot practices from definitions/reference/pilot_practices.csv"
inputs = ["practice", "borough", "ref_pilot_practices"]
codelists = []
note = "A neighbourhood is a primary care network, by name; one that reaches over several boroughs stands in the borough of most of its practices."
---
WITH spread AS (
  SELECT pcn, borough, ROW_NUMBER() OVER (PARTITION BY pcn ORDER BY COUNT(*) DESC, borough) AS place
  FROM practice WHERE pcn <> '' GROUP BY pcn, borough
)
SELECT 'practice' AS area_kind, p.practice AS area, p.name, p.borough, COALESCE(p.pcn, '') AS neighbourhood,
  t.practice IS NOT NULL AS pilot, CAST(COALESCE(p.registered, 0) AS BIGINT) AS list_size
FROM practice p
LEFT JOIN ref_pilot_practices t ON t.practice = p.practice
UNION ALL
SELECT 'neighbourhood' AS area_kind, pcn AS area, pcn AS name, borough, pcn AS neighbourhood, false AS pilot,
  CAST(0 AS BIGINT) AS list_size
FROM spread WHERE place = 1
UNION ALL
SELECT 'borough' AS area_kind, borough AS area, name, borough, '' AS neighbourhood, false AS pilot,
  CAST(0 AS BIGINT) AS list_size
FROM borough
