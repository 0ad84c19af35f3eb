---
name = "gp_frequent_attenders"
title = "People who attend the practice often"
kind = "indicator"
version = "1.0"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); three or more attended appointments in a month is our reading of frequent"
inputs = ["person", "activity"]
codelists = []
domain = "quality of care"
aspect = "effectiveness"
direction = "neutral"
form = "proportion"
unit = "per cent of people"
per = 100
numerator = "people with three or more attended appointments at the practice in the month"
denominator = "people of the practice in the month"
---
WITH people AS (
  -- Who belongs to a practice, the dead until they died.
  SELECT person_id, practice, COALESCE(borough, '') AS borough, birth_date, death_date
  FROM person WHERE practice <> '' AND (registered OR death_date IS NOT NULL)
),
months AS (
  -- Complete months only.
  SELECT DISTINCT month FROM activity WHERE month < DATE_TRUNC('month', {as_at} + INTERVAL '1 day')
),
population AS (
  -- People by month, counted by first and last month so that the join stays small.
  SELECT g.practice, g.borough, m.month, SUM(g.n) AS n
  FROM (
    SELECT practice, borough, COUNT(*) AS n,
      GREATEST(COALESCE(CAST(DATE_TRUNC('month', birth_date) AS DATE), DATE '1900-01-01'), CAST(DATE_TRUNC('month', {as_at} - INTERVAL '37 months') AS DATE)) AS first_month,
      COALESCE(CAST(DATE_TRUNC('month', death_date) AS DATE), DATE '9999-01-01') AS last_month
    FROM people
    GROUP BY practice, borough, first_month, last_month
  ) g
  JOIN months m ON m.month BETWEEN g.first_month AND g.last_month
  GROUP BY g.practice, g.borough, m.month
),
events AS (
  SELECT practice, borough, month, COUNT(*) AS n
  FROM (
    SELECT a.person_id, p.practice, p.borough, a.month
    FROM activity a JOIN people p ON p.person_id = a.person_id
    WHERE a.kind IN ('gp_appointment_gp', 'gp_appointment_other')
    GROUP BY a.person_id, p.practice, p.borough, a.month
    HAVING SUM(a.n) >= 3
  ) often
  GROUP BY practice, borough, month
),
base AS (
  SELECT d.practice, d.borough, d.month, COALESCE(e.n, 0) AS numerator, d.n AS denominator
  FROM population d
  LEFT JOIN events e ON e.practice = d.practice AND e.borough = d.borough AND e.month = d.month
)
SELECT CASE WHEN GROUPING(practice) = 0 THEN 'practice' WHEN GROUPING(borough) = 0 THEN 'borough' ELSE 'area' END AS area_kind,
  CASE WHEN GROUPING(practice) = 0 THEN practice WHEN GROUPING(borough) = 0 THEN borough ELSE 'all' END AS area,
  month, CAST(SUM(numerator) AS BIGINT) AS numerator, CAST(SUM(denominator) AS BIGINT) AS denominator
FROM base GROUP BY GROUPING SETS ((practice, month), (borough, month), (month))
HAVING GROUPING(borough) = 1 OR borough <> ''
