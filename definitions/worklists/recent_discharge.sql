---
name = "recent_discharge"
title = "Discharged in the last 14 days"
kind = "worklist"
version = "1.0"
owner = "Clinical definitions group"
source = "Ours: screening around discharge, one of the pilots' ways to find people; overnight stays only"
purpose = "Follow up after discharge: medicines, support at home, risk of coming back"
rule = "Home from a hospital stay of at least one night that ended in the last 14 days."
facts = [{ of = "timeline", kinds = ["episode"], months = 3, latest = true }]
inputs = ["person", "spell", "organisation"]
codelists = []
---
WITH stays AS (
  SELECT s.person_id, s.provider, s.discharged, s.nights, s.emergency,
    ROW_NUMBER() OVER (PARTITION BY s.person_id ORDER BY s.discharged DESC, s.admitted DESC, s.provider) AS place
  FROM spell s
  -- 79: died in hospital.
  WHERE NOT s.day_case AND s.nights > 0 AND COALESCE(s.destination, '') <> '79'
    AND s.discharged >= {as_at} - INTERVAL '14 days' AND s.discharged <= {as_at}
),
back_in AS (
  SELECT DISTINCT person_id FROM spell WHERE discharged IS NULL AND admitted > {as_at} - INTERVAL '14 days' AND admitted <= {as_at}
)
SELECT p.person_id,
  14 - (CAST({as_at} AS INT) - CAST(s.discharged AS INT)) + CASE WHEN s.emergency THEN 100 ELSE 0 END AS weight,
  CONCAT('Discharged on ', TO_CHAR(s.discharged, '%-d %B %Y'), ' from ', COALESCE(o.name, s.provider), ' after ',
    CASE WHEN s.nights = 1 THEN '1 night' ELSE CONCAT(CAST(s.nights AS VARCHAR), ' nights') END,
    CASE WHEN s.emergency THEN ' (emergency)' ELSE ' (planned)' END,
    CASE WHEN b.person_id IS NULL THEN '' ELSE '; back in hospital now' END) AS reason
FROM person p
JOIN stays s ON s.person_id = p.person_id AND s.place = 1
LEFT JOIN organisation o ON o.organisation = s.provider
LEFT JOIN back_in b ON b.person_id = p.person_id
WHERE p.registered AND p.death_date IS NULL
