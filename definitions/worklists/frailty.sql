---
name = "frailty"
title = "Frailty"
kind = "worklist"
version = "1.0"
owner = "Clinical definitions group"
source = "Hospital Frailty Risk Score intermediate or high at 75 and over (Gilbert 2018), or two emergency admissions in 12 months at 18 and over"
purpose = "Proactive care: assess, plan, name a coordinator"
rule = "Aged 75 or over with an intermediate or high Hospital Frailty Risk Score, or aged 18 or over with two or more emergency admissions in the last 12 months."
facts = [{ of = "scores", score = "hfrs" }, { of = "timeline", kinds = ["episode"], words = ["Emergency admission"], months = 12 }]
inputs = ["person", "score", "spell", "register"]
codelists = []
---
WITH admissions AS (
  SELECT person_id, COUNT(*) AS n, MAX(admitted) AS latest
  FROM spell
  WHERE emergency AND admitted > {as_at} - INTERVAL '12 months' AND admitted <= {as_at}
  GROUP BY person_id
),
looked_at AS (
  SELECT p.person_id, p.age, CAST(s.value * 10 + 0.5 AS BIGINT) AS value_tenths, s.band, COALESCE(a.n, 0) AS admissions, a.latest,
    f.person_id IS NOT NULL AS recorded, c.person_id IS NOT NULL AS in_care_home,
    p.age >= 75 AND s.band IN ('intermediate', 'high') AS frail
  FROM person p
  LEFT JOIN score s ON s.person_id = p.person_id AND s.score = 'hfrs'
  LEFT JOIN admissions a ON a.person_id = p.person_id
  LEFT JOIN register f ON f.person_id = p.person_id AND f.register = 'frailty'
  LEFT JOIN register c ON c.person_id = p.person_id AND c.register = 'care_home'
  WHERE p.registered AND p.death_date IS NULL AND p.age >= 18
)
SELECT person_id,
  -- The score in tenths, and ten points more for each emergency admission.
  COALESCE(value_tenths, 0) + 100 * admissions AS weight,
  CONCAT('Aged ', CAST(age AS VARCHAR),
    CASE WHEN frail THEN CONCAT('; Hospital Frailty Risk Score ', CAST(value_tenths / 10 AS VARCHAR), '.', CAST(value_tenths % 10 AS VARCHAR), ' (', band, ')') ELSE '' END,
    CASE WHEN admissions = 0 THEN '' WHEN admissions = 1 THEN CONCAT('; 1 emergency admission in the last 12 months, on ', TO_CHAR(latest, '%-d %B %Y'))
      ELSE CONCAT('; ', CAST(admissions AS VARCHAR), ' emergency admissions in the last 12 months, the latest on ', TO_CHAR(latest, '%-d %B %Y')) END,
    CASE WHEN recorded THEN '' ELSE '; frailty not recorded by the practice' END,
    CASE WHEN in_care_home THEN '; lives in a care home' ELSE '' END) AS reason
FROM looked_at
WHERE frail OR admissions >= 2
