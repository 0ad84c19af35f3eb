---
name = "care_home_admissions_65"
title = "Long-term admissions to care homes, 65 and over"
kind = "indicator"
version = "1.0"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); ASCOF 2C: new long-term residential or nursing placements, from client-level data"
inputs = ["person", "care_service", "activity"]
codelists = []
domain = "quality of life"
aspect = "prevention"
direction = "decrease"
form = "rate"
unit = "per 100,000 people of 65 and over a month"
per = 100000
numerator = "people of 65 and over whose first long-term residential or nursing placement began in the month"
denominator = "people of the practice aged 65 and over at the start of the month"
note = "ASCOF is by year and by council; the population is the practice list, not the ONS estimate."
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
  -- People of 65 and over by month: from the first month at whose start they are 65, to the month of death.
  SELECT g.practice, g.borough, m.month, SUM(g.n) AS n
  FROM (
    SELECT practice, borough, COUNT(*) AS n,
      GREATEST(CAST(DATE_TRUNC('month', birth_date + INTERVAL '65 years' + INTERVAL '1 month' - INTERVAL '1 day') AS DATE), CAST(DATE_TRUNC('month', {as_at} - INTERVAL '37 months') AS DATE)) AS first_month,
      COALESCE(CAST(DATE_TRUNC('month', death_date) AS DATE), DATE '9999-01-01') AS last_month
    FROM people
    WHERE birth_date IS NOT NULL
    GROUP BY practice, borough, first_month, last_month
  ) g
  JOIN months m ON m.month BETWEEN g.first_month AND g.last_month
  GROUP BY g.practice, g.borough, m.month
),
first_placement AS (
  SELECT person_id, MIN(start) AS start
  FROM care_service
  WHERE service_type LIKE 'Long Term Support: Residential Care%' OR service_type LIKE 'Long Term Support: Nursing Care%'
  GROUP BY person_id
),
events AS (
  SELECT p.practice, p.borough, CAST(DATE_TRUNC('month', f.start) AS DATE) AS month, COUNT(*) AS n
  FROM first_placement f JOIN people p ON p.person_id = f.person_id
  WHERE p.birth_date + INTERVAL '65 years' <= CAST(DATE_TRUNC('month', f.start) AS DATE)
  GROUP BY p.practice, p.borough, CAST(DATE_TRUNC('month', f.start) AS DATE)
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
