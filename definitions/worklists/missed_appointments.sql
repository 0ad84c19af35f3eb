---
name = "missed_appointments"
title = "Missed appointments in any setting"
kind = "worklist"
version = "1.0"
owner = "Clinical definitions group"
source = "WSIC product strategy 2018, Patient Radar: simple flags around appointments not attended in any location; three in six months is ours"
purpose = "Ask what stands in the way"
rule = "Three or more appointments missed in the last 6 months, at the practice, in outpatients, or with community or mental health services."
facts = [{ of = "timeline", kinds = ["gp_appointment", "outpatient_appointment", "community_contact", "mental_health_contact"], words = ["Missed", "missed", "came too late"], months = 6 }]
inputs = ["person", "appointment"]
codelists = []
---
WITH missed AS (
  SELECT person_id, COUNT(*) AS n, MAX(day) AS latest,
    SUM(CASE WHEN kind = 'gp_appointment' THEN 1 ELSE 0 END) AS gp,
    SUM(CASE WHEN kind = 'outpatient_appointment' THEN 1 ELSE 0 END) AS outpatient
  FROM appointment
  -- 3: did not attend; 7: came too late and was not seen.
  WHERE ((kind = 'gp_appointment' AND outcome = 'dna')
      OR (kind IN ('outpatient_appointment', 'community_contact', 'mental_health_contact') AND outcome IN ('3', '7')))
    AND day > {as_at} - INTERVAL '6 months' AND day <= {as_at}
  GROUP BY person_id
)
SELECT p.person_id, m.n AS weight,
  CONCAT(CAST(m.n AS VARCHAR), ' appointments missed in the last 6 months (', CAST(m.gp AS VARCHAR), ' at the practice, ',
    CAST(m.outpatient AS VARCHAR), ' outpatient, ', CAST(m.n - m.gp - m.outpatient AS VARCHAR), ' community or mental health), the latest on ',
    TO_CHAR(m.latest, '%-d %B %Y')) AS reason
FROM person p
JOIN missed m ON m.person_id = p.person_id
WHERE p.registered AND p.death_date IS NULL AND m.n >= 3
