---
name = "wsic_ten_price"
title = "Price of a head in each population group"
kind = "price"
version = "1.0"
owner = "Commissioning and finance group"
source = "Ours, for the shadow year: mean actual cost of a head of the group in the twelve months before the budget year, over the practices that agreements cover"
inputs = ["person", "population_group", "activity"]
codelists = []
note = "Whole pence, half a penny up. The budget year is the latest twelve complete months; when the year before it has no cost at all (a young deployment), the budget year itself sets the price."
---
WITH covered AS (
  SELECT g.person_id, g."group"
  FROM population_group g
  JOIN person p ON p.person_id = g.person_id
  WHERE g.pack = 'wsic_ten' AND p.practice <> ''
),
heads AS (SELECT "group", COUNT(*) AS people FROM covered GROUP BY "group"),
cost AS (
  SELECT c."group",
    SUM(CASE WHEN a.month < CAST(DATE_TRUNC('month', {as_at} + INTERVAL '1 day') AS DATE) - INTERVAL '12 months' THEN a.pence ELSE 0 END) AS earlier,
    SUM(CASE WHEN a.month >= CAST(DATE_TRUNC('month', {as_at} + INTERVAL '1 day') AS DATE) - INTERVAL '12 months' THEN a.pence ELSE 0 END) AS latest
  FROM activity a
  JOIN covered c ON c.person_id = a.person_id
  WHERE a.month >= CAST(DATE_TRUNC('month', {as_at} + INTERVAL '1 day') AS DATE) - INTERVAL '24 months'
    AND a.month < CAST(DATE_TRUNC('month', {as_at} + INTERVAL '1 day') AS DATE)
  GROUP BY c."group"
),
years AS (SELECT COALESCE(SUM(earlier), 0) AS earlier FROM cost)
SELECT h."group",
  CAST((2 * COALESCE(CASE WHEN y.earlier > 0 THEN c.earlier ELSE c.latest END, 0) + h.people) / (2 * h.people) AS BIGINT) AS pence
FROM heads h
LEFT JOIN cost c ON c."group" = h."group"
CROSS JOIN years y
