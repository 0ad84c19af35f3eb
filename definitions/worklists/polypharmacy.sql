---
name = "polypharmacy"
title = "Ten or more regular medicines"
kind = "worklist"
version = "1.0"
owner = "Medicines group"
source = "Ten or more medicines (NHS Business Services Authority polypharmacy comparators); chapters left out by definitions/reference/polypharmacy_exclusions.csv"
purpose = "Structured medication review"
rule = "Ten or more regular medicines: each issued at least twice in the last 12 months and at least once in the last six."
facts = [{ of = "medicines" }]
inputs = ["person", "medicine", "ref_polypharmacy_exclusions"]
codelists = []
note = "A regular medicine: issued at least twice in the last 12 months and at least once in the last six. One chemical substance counts once."
---
WITH regular AS (
  SELECT person_id, medicine, last_date FROM medicine WHERE n_12m >= 2 AND n_6m >= 1
),
-- The longest BNF prefix that fits a medicine decides.
judged AS (
  SELECT r.person_id, r.medicine, e.excluded,
    ROW_NUMBER() OVER (PARTITION BY r.person_id, r.medicine ORDER BY LENGTH(e.bnf) DESC) AS place
  FROM regular r
  JOIN ref_polypharmacy_exclusions e ON STARTS_WITH(r.medicine, REPLACE(e.bnf, '.', ''))
),
counted AS (
  SELECT r.person_id, COUNT(*) AS n, MAX(r.last_date) AS latest
  FROM regular r
  LEFT JOIN judged j ON j.person_id = r.person_id AND j.medicine = r.medicine AND j.place = 1
  WHERE COALESCE(j.excluded, 'no') = 'no'
  GROUP BY r.person_id
)
SELECT p.person_id, c.n + CASE WHEN p.age >= 75 THEN 5 ELSE 0 END AS weight,
  CONCAT(CASE WHEN p.age IS NULL THEN '' ELSE CONCAT('Aged ', CAST(p.age AS VARCHAR), '; ') END,
    CAST(c.n AS VARCHAR), ' regular medicines, the latest issued on ', TO_CHAR(c.latest, '%-d %B %Y')) AS reason
FROM person p
JOIN counted c ON c.person_id = p.person_id
WHERE p.registered AND p.death_date IS NULL AND c.n >= 10
