---
name = "nnhip"
title = "National Neighbourhood Health Implementation Programme, cohort"
kind = "group"
version = "1.0"
owner = "Population health board"
source = "National Neighbourhood Health Implementation Programme, measurement guide 1.2: adults with several long-term conditions, or with one and a risk that is not low; each Place sets its own rule, this one is ours"
inputs = ["person", "register", "spell", "ref_long_term_conditions"]
codelists = []
note = "A risk that is not low: on the frailty register, or two emergency admissions in the last 12 months."

[[group]]
number = 1
name = "In the cohort"
order = 1

[[group]]
number = 2
name = "Not in the cohort"
order = 2
rest = true
---
WITH population AS (
  SELECT person_id, age FROM person WHERE registered AND death_date IS NULL
),
conditions AS (
  SELECT r.person_id, COUNT(*) AS n, STRING_AGG(t.title, ', ' ORDER BY t.title) AS titles
  FROM register r
  JOIN ref_long_term_conditions t ON t.register = r.register AND t.counts = 'yes'
  GROUP BY r.person_id
),
admissions AS (
  SELECT person_id, COUNT(*) AS n FROM spell
  WHERE emergency AND admitted > {as_at} - INTERVAL '12 months' AND admitted <= {as_at}
  GROUP BY person_id
)
SELECT p.person_id, CASE WHEN p.age >= 18 AND (c.n >= 2 OR (c.n = 1 AND (f.person_id IS NOT NULL OR a.n >= 2))) THEN 1 ELSE 2 END AS "group",
  CASE WHEN p.age >= 18 AND c.n >= 2 THEN CONCAT(CAST(c.n AS VARCHAR), ' long-term conditions: ', c.titles)
    WHEN p.age >= 18 AND c.n = 1 AND f.person_id IS NOT NULL THEN CONCAT(c.titles, ' and frailty')
    WHEN p.age >= 18 AND c.n = 1 AND a.n >= 2 THEN CONCAT(c.titles, ' and ', CAST(a.n AS VARCHAR), ' emergency admissions in the last 12 months')
    WHEN p.age >= 18 AND c.n = 1 THEN CONCAT(c.titles, ' alone, risk low')
    WHEN p.age >= 18 THEN 'No long-term condition recorded'
    WHEN p.age IS NULL THEN 'Age not known' ELSE 'Under 18' END AS because
FROM population p
LEFT JOIN conditions c ON c.person_id = p.person_id
LEFT JOIN admissions a ON a.person_id = p.person_id
LEFT JOIN register f ON f.person_id = p.person_id AND f.register = 'frailty'
