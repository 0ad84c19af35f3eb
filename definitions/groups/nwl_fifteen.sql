---
name = "nwl_fifteen"
title = "North West London, fifteen segments"
kind = "group"
version = "1.0"
owner = "Population health board"
source = "North West London Integrated Care 2015, as printed in IPPR, Better health and care for all (2015): names and ages. The order of severity is not published where we could read it: ours, after that of the ten groups"
inputs = ["person", "register", "code_date", "ref_long_term_conditions"]
codelists = ["cancer", "homelessness"]
note = "Ages 0 to 12, 13 to 17, 18 to 64, 65 and over. Age not known: an adult under 65. Intensive continuing care needs of children have no code list here: palliative care or severe physical disability under 18 is our reading."

[[group]]
number = 9
name = "Children with intensive continuing care needs"
order = 1

[[group]]
number = 10
name = "Young people with intensive continuing care needs"
order = 2

[[group]]
number = 14
name = "People with advanced dementia or Alzheimer's disease"
order = 3
note = "Stage is hardly ever coded, so the whole dementia register is taken."

[[group]]
number = 13
name = "People with severe physical disability"
order = 4

[[group]]
number = 12
name = "People with learning disability"
order = 5

[[group]]
number = 11
name = "Adults and older people with severe and enduring mental illness"
order = 6

[[group]]
number = 15
name = "Homeless people and families"
order = 7
note = "Often with alcohol or drug dependency, which alone does not make somebody homeless."

[[group]]
number = 8
name = "Adults and older people with cancer"
order = 8

[[group]]
number = 7
name = "Older people with one or more long-term conditions"
order = 9

[[group]]
number = 6
name = "Adults with one or more long-term conditions"
order = 10

[[group]]
number = 5
name = "Children and young people with one or more long-term conditions or cancer"
order = 11

[[group]]
number = 4
name = "Mostly healthy older people"
order = 12
rest = true

[[group]]
number = 3
name = "Mostly healthy adults"
order = 13
rest = true

[[group]]
number = 2
name = "Mostly healthy young people"
order = 14
rest = true

[[group]]
number = 1
name = "Mostly healthy children"
order = 15
rest = true
---
WITH population AS (
  SELECT person_id, COALESCE(age, 18) AS age,
    CASE WHEN age IS NULL THEN 'Age not known' ELSE CONCAT('Aged ', CAST(age AS VARCHAR)) END AS aged
  FROM person WHERE registered AND death_date IS NULL
),
conditions AS (
  SELECT r.person_id, COUNT(*) AS n, STRING_AGG(t.title, ', ' ORDER BY t.title) AS titles
  FROM register r
  JOIN ref_long_term_conditions t ON t.register = r.register AND t.counts = 'yes'
  GROUP BY r.person_id
),
registered AS (
  SELECT p.person_id, p.age, r.register, r.since FROM population p JOIN register r ON r.person_id = p.person_id
)
SELECT person_id, CASE WHEN age < 13 THEN 9 ELSE 10 END AS "group",
  CONCAT(CASE register WHEN 'palliative_care' THEN 'Palliative care' ELSE 'Severe physical disability' END, ' under 18, recorded since ', TO_CHAR(since, '%-d %B %Y')) AS because
FROM registered WHERE age < 18 AND register IN ('palliative_care', 'physical_disability')
UNION ALL
SELECT person_id, 14, CONCAT('Dementia, on the register since ', TO_CHAR(since, '%-d %B %Y'))
FROM registered WHERE register = 'dementia'
UNION ALL
SELECT person_id, 13, CONCAT('Severe physical disability, recorded since ', TO_CHAR(since, '%-d %B %Y'))
FROM registered WHERE register = 'physical_disability'
UNION ALL
SELECT person_id, 12, CONCAT('Learning disability, on the register since ', TO_CHAR(since, '%-d %B %Y'))
FROM registered WHERE register = 'learning_disability'
UNION ALL
SELECT person_id, 11, CONCAT('Serious and enduring mental illness, on the register since ', TO_CHAR(since, '%-d %B %Y'))
FROM registered WHERE register = 'serious_mental_illness' AND age >= 18
UNION ALL
SELECT p.person_id, 15, CONCAT('Homelessness recorded in the last 24 months (last on ', TO_CHAR(c.last_date, '%-d %B %Y'), ')')
FROM population p JOIN code_date c ON c.person_id = p.person_id AND c.codelist = 'homelessness' AND c.n_24m > 0
UNION ALL
SELECT p.person_id, CASE WHEN p.age < 18 THEN 5 ELSE 8 END, CONCAT('Cancer recorded in the last five years (last on ', TO_CHAR(c.last_date, '%-d %B %Y'), ')')
FROM population p JOIN code_date c ON c.person_id = p.person_id AND c.codelist = 'cancer'
WHERE c.last_date > {as_at} - INTERVAL '5 years'
UNION ALL
SELECT p.person_id, CASE WHEN p.age >= 65 THEN 7 WHEN p.age >= 18 THEN 6 ELSE 5 END,
  CONCAT(p.aged, ' with ', CASE WHEN c.n = 1 THEN '1 long-term condition: ' ELSE CONCAT(CAST(c.n AS VARCHAR), ' long-term conditions: ') END, c.titles)
FROM population p JOIN conditions c ON c.person_id = p.person_id
UNION ALL
SELECT p.person_id, CASE WHEN p.age >= 65 THEN 4 WHEN p.age >= 18 THEN 3 WHEN p.age >= 13 THEN 2 ELSE 1 END,
  CONCAT(p.aged, CASE WHEN c.person_id IS NULL THEN ', no long-term condition recorded' ELSE '' END)
FROM population p LEFT JOIN conditions c ON c.person_id = p.person_id
