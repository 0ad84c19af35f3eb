---
name = "wsic_ten"
title = "Whole Systems Integrated Care, ten groups"
kind = "group"
version = "1.1"
owner = "Population health board"
source = "WSIC toolkit, chapter 4: one person in one group at a time, set by the most severe primary need. The order of severity is not published where we could read it: ours"
inputs = ["person", "register", "code_date", "ref_long_term_conditions"]
codelists = ["cancer", "homelessness", "asylum_seeker", "alcohol_dependence", "drug_dependence"]
note = "Everybody registered and alive is in exactly one group. Under 18: group 0, Children. Age not known: treated as an adult under 75."
# Budgets, worklists and the first line of a record go by this pack.
main = true

# `order`: 1 decides first; a group without it is never assigned.
[[group]]
number = 0
name = "Children"
order = 1
alone = true
ages = "0-17"
name_from = "ours"
note = "The ten groups are of adults."

[[group]]
number = 9
name = "Adults and elderly with advanced-stage organic brain disorder"
order = 2
ages = "18+"
name_from = "evaluation of 2015"
note = "Stage is hardly ever coded, so the whole dementia register is taken."

[[group]]
number = 8
name = "Adults and elderly with severe physical disability"
order = 3
ages = "18+"
name_from = "later list of fifteen"
note = "The code list is our own."

[[group]]
number = 7
name = "Adults and elderly with learning disability"
order = 4
ages = "18+"
name_from = "later list of fifteen"

[[group]]
number = 6
name = "Adults and elderly with serious and enduring mental illness"
order = 5
ages = "18+"
name_from = "evaluation of 2015"

[[group]]
number = 10
name = "Adults in socially excluded groups"
order = 6
ages = "18+"
name_from = "later list of fifteen"
note = "Homelessness, seeking asylum, alcohol or drug dependence recorded in the last 24 months: our own reading."

[[group]]
number = 5
name = "Adults and elderly with cancer"
order = 7
ages = "18+"
name_from = "evaluation of 2015"
note = "Recorded in the last five years. The toolkit speaks of an overlay on the home group: take `order` out to have it so."

[[group]]
number = 4
name = "Elderly with one or more long-term conditions"
order = 8
ages = "75+"
name_from = "evaluation of 2015"

[[group]]
number = 3
name = "Adults with one or more long-term conditions"
order = 9
ages = "18-74"
name_from = "evaluation of 2015"

[[group]]
number = 2
name = "Mostly healthy elderly"
order = 10
ages = "75+"
name_from = "evaluation of 2015"
rest = true

[[group]]
number = 1
name = "Mostly healthy adults"
order = 11
ages = "18-74"
name_from = "evaluation of 2015"
rest = true
---
WITH population AS (
  SELECT person_id, COALESCE(age, 18) AS age, age IS NULL AS age_missing
  FROM person WHERE registered AND death_date IS NULL
),
conditions AS (
  SELECT r.person_id, COUNT(*) AS n, STRING_AGG(t.title, ', ' ORDER BY t.title) AS titles
  FROM register r
  JOIN ref_long_term_conditions t ON t.register = r.register AND t.counts = 'yes'
  GROUP BY r.person_id
),
excluded AS (
  SELECT person_id, MAX(last_date) AS last_date, STRING_AGG(
    CASE codelist WHEN 'homelessness' THEN 'homelessness' WHEN 'asylum_seeker' THEN 'seeking asylum'
      WHEN 'alcohol_dependence' THEN 'alcohol dependence' ELSE 'drug dependence' END, ', ' ORDER BY codelist) AS what
  FROM code_date
  WHERE codelist IN ('homelessness', 'asylum_seeker', 'alcohol_dependence', 'drug_dependence') AND n_24m > 0
  GROUP BY person_id
)
SELECT person_id, 0 AS "group", CONCAT('Aged ', CAST(age AS VARCHAR), ', under 18') AS because
  FROM population WHERE age < 18
  UNION ALL
  SELECT p.person_id, 9, CONCAT('Dementia, on the register since ', TO_CHAR(r.since, '%-d %B %Y'))
  FROM population p JOIN register r ON r.person_id = p.person_id AND r.register = 'dementia'
  UNION ALL
  SELECT p.person_id, 8, CONCAT('Severe physical disability, recorded since ', TO_CHAR(r.since, '%-d %B %Y'))
  FROM population p JOIN register r ON r.person_id = p.person_id AND r.register = 'physical_disability'
  UNION ALL
  SELECT p.person_id, 7, CONCAT('Learning disability, on the register since ', TO_CHAR(r.since, '%-d %B %Y'))
  FROM population p JOIN register r ON r.person_id = p.person_id AND r.register = 'learning_disability'
  UNION ALL
  SELECT p.person_id, 6, CONCAT('Serious and enduring mental illness, on the register since ', TO_CHAR(r.since, '%-d %B %Y'))
  FROM population p JOIN register r ON r.person_id = p.person_id AND r.register = 'serious_mental_illness'
  UNION ALL
  SELECT p.person_id, 10, CONCAT('Recorded in the last 24 months: ', e.what, ' (last on ', TO_CHAR(e.last_date, '%-d %B %Y'), ')')
  FROM population p JOIN excluded e ON e.person_id = p.person_id
  UNION ALL
  SELECT p.person_id, 5, CONCAT('Cancer recorded in the last five years (last on ', TO_CHAR(c.last_date, '%-d %B %Y'), ')')
  FROM population p JOIN code_date c ON c.person_id = p.person_id AND c.codelist = 'cancer'
  WHERE c.last_date > {as_at} - INTERVAL '5 years'
  UNION ALL
  SELECT p.person_id, CASE WHEN p.age >= 75 THEN 4 ELSE 3 END,
    CONCAT(CASE WHEN p.age_missing THEN 'Age not known' ELSE CONCAT('Aged ', CAST(p.age AS VARCHAR)) END, ' with ',
      CASE WHEN c.n = 1 THEN '1 long-term condition: ' ELSE CONCAT(CAST(c.n AS VARCHAR), ' long-term conditions: ') END, c.titles)
  FROM population p JOIN conditions c ON c.person_id = p.person_id
  UNION ALL
  SELECT p.person_id, CASE WHEN p.age >= 75 THEN 2 ELSE 1 END,
    CONCAT(CASE WHEN p.age_missing THEN 'Age not known' ELSE CONCAT('Aged ', CAST(p.age AS VARCHAR)) END,
      CASE WHEN c.person_id IS NULL THEN ', no long-term condition recorded' ELSE '' END)
  FROM population p LEFT JOIN conditions c ON c.person_id = p.person_id
