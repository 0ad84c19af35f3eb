---
name = "days_at_home"
title = "Days at home, 65 and over"
kind = "indicator"
version = "1.2"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); no national standard exists: days alive, out of hospital beds of any kind and out of a care home entered in the last 12 months"
inputs = ["person", "spell", "person_month", "care_service", "population_month"]
codelists = []
domain = "quality of life"
aspect = "prevention"
direction = "increase"
form = "proportion"
unit = "per cent of days"
per = 100
data = ["stay"]
numerator = "days spent at home in the month"
denominator = "days of the month times people of the practice aged 65 and over at its start, the days after a death included"
note = "A care home where someone has lived for more than 12 months is home. Care home days are those of council placements."
---
WITH old_people AS (
  SELECT person_id, place, death_date, birth_date + INTERVAL '65 years' AS from_day
  FROM person WHERE place > 0 AND birth_date IS NOT NULL
),
months AS (SELECT DISTINCT month FROM population_month WHERE people_65 > 0),
stays AS (
  -- Nights in hospital, as days from admission up to but not including discharge; care home days from the first on.
  SELECT person_id, admitted AS first_day, COALESCE(discharged, {as_at} + INTERVAL '1 day') AS until FROM spell WHERE NOT day_case
  UNION ALL
  SELECT person_id, start, COALESCE("end" + INTERVAL '1 day', {as_at} + INTERVAL '1 day') FROM care_service
  WHERE service_type LIKE 'Long Term Support: Residential Care%' OR service_type LIKE 'Long Term Support: Nursing Care%'
),
limited AS (
  -- A care home is left out of what counts as away after 12 months; a hospital stay never lasts that long in practice.
  SELECT s.person_id, s.first_day, LEAST(s.until, s.first_day + INTERVAL '12 months') AS until
  FROM stays s JOIN old_people p ON p.person_id = s.person_id AND p.from_day <= s.until
),
apart AS (
  -- A stay begins where the ones before it end, so that a day in two places counts once.
  SELECT person_id, until, GREATEST(first_day, COALESCE(
    MAX(until) OVER (PARTITION BY person_id ORDER BY first_day, until ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), first_day)) AS first_day
  FROM limited
),
away_parts AS (
  SELECT p.person_id, m.month,
    CAST(LEAST(l.until, m.month + INTERVAL '1 month', COALESCE(p.death_date + INTERVAL '1 day', DATE '9999-01-01')) AS INT) - CAST(GREATEST(l.first_day, m.month) AS INT) AS days
  FROM apart l
  JOIN old_people p ON p.person_id = l.person_id
  JOIN months m ON l.first_day < m.month + INTERVAL '1 month' AND l.until > m.month AND p.from_day <= m.month
  UNION ALL
  SELECT p.person_id, a.month, a.other_bed_days
  FROM person_month a
  JOIN old_people p ON p.person_id = a.person_id AND p.from_day <= a.month
  WHERE a.other_bed_days > 0
  UNION ALL
  -- The days after death, to the end of the month.
  SELECT p.person_id, m.month, CAST(m.month + INTERVAL '1 month' AS INT) - CAST(p.death_date AS INT) - 1
  FROM old_people p
  JOIN months m ON p.death_date >= m.month AND p.death_date < m.month + INTERVAL '1 month' AND p.from_day <= m.month
),
away AS (
  -- Nobody is away for more days than the month has, in whatever beds at once.
  SELECT x.person_id, x.month, LEAST(SUM(GREATEST(x.days, 0)), CAST(x.month + INTERVAL '1 month' AS INT) - CAST(x.month AS INT)) AS days
  FROM away_parts x GROUP BY x.person_id, x.month
),
lost AS (
  SELECT p.place, w.month, SUM(w.days) AS days
  FROM away w JOIN old_people p ON p.person_id = w.person_id
  GROUP BY p.place, w.month
)
SELECT d.place, d.month,
  d.people_65 * (CAST(d.month + INTERVAL '1 month' AS INT) - CAST(d.month AS INT)) - COALESCE(l.days, 0) AS numerator,
  d.people_65 * (CAST(d.month + INTERVAL '1 month' AS INT) - CAST(d.month AS INT)) AS denominator
FROM population_month d
LEFT JOIN lost l ON l.place = d.place AND l.month = d.month
WHERE d.people_65 > 0
