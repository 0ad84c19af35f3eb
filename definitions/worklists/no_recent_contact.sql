---
name = "no_recent_contact"
title = "Long-term conditions and no GP contact for a year"
kind = "worklist"
version = "1.0"
owner = "Clinical definitions group"
source = "Ours: opportunistic and proactive screening of people whom nobody sees"
purpose = "Invite for a review"
rule = "Aged 18 or over with two or more long-term conditions, and no appointment attended at the practice in the last 12 months."
facts = [{ of = "registers" }, { of = "timeline", kinds = ["gp_appointment"], words = ["With "], latest = true }]
inputs = ["person", "register", "appointment", "ref_long_term_conditions"]
codelists = []
---
WITH conditions AS (
  SELECT r.person_id, COUNT(*) AS n, STRING_AGG(t.title, ', ' ORDER BY t.title) AS titles
  FROM register r
  JOIN ref_long_term_conditions t ON t.register = r.register AND t.counts = 'yes'
  GROUP BY r.person_id
),
seen AS (
  SELECT person_id, MAX(day) AS latest
  FROM appointment
  WHERE kind = 'gp_appointment' AND outcome = 'attended' AND day <= {as_at}
  GROUP BY person_id
)
SELECT p.person_id, c.n AS weight,
  CONCAT(CAST(c.n AS VARCHAR), ' long-term conditions (', c.titles, '); ',
    CASE WHEN s.latest IS NULL THEN 'no appointment attended at the practice on record'
      ELSE CONCAT('last attended an appointment at the practice on ', TO_CHAR(s.latest, '%-d %B %Y')) END) AS reason
FROM person p
JOIN conditions c ON c.person_id = p.person_id
LEFT JOIN seen s ON s.person_id = p.person_id
WHERE p.registered AND p.death_date IS NULL AND p.age >= 18 AND c.n >= 2
  AND (s.latest IS NULL OR s.latest <= {as_at} - INTERVAL '12 months')
