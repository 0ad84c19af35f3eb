---
name = "readmissions_30_days"
title = "Emergency readmissions within 30 days"
kind = "indicator"
version = "1.2"
owner = "Outcomes and evaluation group"
source = "One of the eight indicators of Brent (evaluation of 2015, box 2); after NHS England I02040, simplified: not standardised, spells not joined over transfers"
inputs = ["spell"]
codelists = []
domain = "quality of care"
aspect = "effectiveness"
direction = "decrease"
form = "proportion"
unit = "per cent of discharges"
per = 100
data = ["stay"]
numerator = "of these, followed by an emergency admission 0 to 29 days after discharge"
denominator = "live discharges in the month after an ordinary stay, but not with cancer, chemotherapy or maternity as primary diagnosis"
note = "Months whose last discharge has not been followed for 30 days are left out."
---
WITH discharges AS (
  SELECT person_id, place, provider, admitted, discharged
  FROM spell
  -- 79: died in hospital.
  WHERE NOT day_case AND COALESCE(destination, '') <> '79' AND place > 0
    AND COALESCE(primary_icd10, '') NOT LIKE 'C%' AND COALESCE(primary_icd10, '') NOT LIKE 'O%' AND COALESCE(primary_icd10, '') <> 'Z511'
    AND discharged >= DATE_TRUNC('month', {as_at} - INTERVAL '36 months')
    AND discharged < DATE_TRUNC('month', {as_at} - INTERVAL '29 days' + INTERVAL '1 day')
),
followed AS (
  SELECT d.person_id, d.place, d.provider, d.admitted, d.discharged, MAX(CASE WHEN r.person_id IS NULL THEN 0 ELSE 1 END) AS back
  FROM discharges d
  -- The next admission is another spell: it begins later, or on the same day in another hospital.
  LEFT JOIN spell r ON r.person_id = d.person_id AND r.emergency
    AND r.admitted >= d.discharged AND r.admitted < d.discharged + INTERVAL '30 days'
    AND (r.admitted > d.admitted OR r.provider <> d.provider)
  GROUP BY d.person_id, d.place, d.provider, d.admitted, d.discharged
)
SELECT place, CAST(DATE_TRUNC('month', discharged) AS DATE) AS month, SUM(back) AS numerator, COUNT(*) AS denominator
FROM followed
GROUP BY place, CAST(DATE_TRUNC('month', discharged) AS DATE)
