---
name = "wsic_ten"
title = "Whole Systems Integrated Care population groups"
kind = "group"
version = "1.0"
owner = "Population health board"
source = "WSIC toolkit, chapter 4: one person in one group at a time, set by the most severe primary need; order of severity in definitions/reference/wsic_ten.csv"
inputs = ["person", "register", "code_date", "ref_wsic_ten", "ref_long_term_conditions"]
codelists = ["cancer", "homelessness", "asylum_seeker", "alcohol_dependence", "drug_dependence"]
note = "Everybody registered and alive is in exactly one group. Under 18: group 0, Children. Age not known: treated as an adult under 75."
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
),
fits AS (
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
),
ordered AS (
  SELECT f.person_id, f."group", f.because,
    ROW_NUMBER() OVER (PARTITION BY f.person_id ORDER BY w.severity) AS place
  FROM fits f
  JOIN ref_wsic_ten w ON w."group" = f."group" AND w.severity > 0
),
-- Groups 1 and 2 are what is left when nothing else fits, so that they are no news here.
others AS (
  SELECT person_id, STRING_AGG(CAST("group" AS VARCHAR), ' and ' ORDER BY place) AS others
  FROM ordered WHERE place > 1 AND "group" NOT IN (1, 2) GROUP BY person_id
)
SELECT o.person_id, CAST(o."group" AS BIGINT) AS "group",
  CASE WHEN x.others IS NULL OR o."group" = 0 THEN o.because
    ELSE CONCAT(o.because, '; comes before group ', x.others) END AS reason
FROM ordered o
LEFT JOIN others x ON x.person_id = o.person_id
WHERE o.place = 1
