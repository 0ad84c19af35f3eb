---
name = "wsic_ten_budget"
title = "Shadow budget by borough and population group"
kind = "budget"
version = "1.0"
owner = "Commissioning and finance group"
source = "WSIC capitation: people times the price of their group, by borough, against the actual cost of the latest twelve complete months"
inputs = ["person", "population_group", "price", "activity"]
codelists = []
note = "Borough of residence, or of the practice. People whose borough is not known stand under a blank borough, so that nobody and no penny is left out."
---
WITH covered AS (
  SELECT g.person_id, g."group", COALESCE(p.borough, '') AS borough
  FROM population_group g
  JOIN person p ON p.person_id = g.person_id
  WHERE g.pack = 'wsic_ten' AND p.practice <> ''
),
heads AS (SELECT borough, "group", COUNT(*) AS people FROM covered GROUP BY borough, "group"),
cost AS (
  SELECT c.borough, c."group", SUM(a.pence) AS pence
  FROM activity a
  JOIN covered c ON c.person_id = a.person_id
  WHERE a.month >= CAST(DATE_TRUNC('month', {as_at} + INTERVAL '1 day') AS DATE) - INTERVAL '12 months'
    AND a.month < CAST(DATE_TRUNC('month', {as_at} + INTERVAL '1 day') AS DATE)
  GROUP BY c.borough, c."group"
)
SELECT h.borough, h."group", h.people, p.pence AS price_pence, h.people * p.pence AS budget_pence, COALESCE(c.pence, 0) AS actual_pence
FROM heads h
JOIN price p ON p."group" = h."group" AND p.price = 'wsic_ten_price'
LEFT JOIN cost c ON c.borough = h.borough AND c."group" = h."group"
