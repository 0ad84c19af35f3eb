---
name = "hfrs"
title = "Hospital Frailty Risk Score"
kind = "score"
version = "1.1"
owner = "Clinical definitions group"
source = "Gilbert T and others, Lancet 2018; 391: 1775-82; bands low < 5, intermediate 5 to 15, high > 15"
inputs = ["hospital_diagnosis", "ref_hfrs_points"]
codelists = []
decimals = 1
note = "Added up in whole tenths. Exactly 5.0 and exactly 15.0 are intermediate, as NHS England has it; the R package of the authors' method puts 5.0 into low. Validated at 75 and over; computed for everybody with a hospital stay in the window, read by age where it is used."
---
SELECT person_id, tenths / 10.0 AS value,
  CASE WHEN tenths > 150 THEN 'high' WHEN tenths >= 50 THEN 'intermediate' ELSE 'low' END AS band, reason
FROM (
  SELECT h.person_id, SUM(COALESCE(p.tenths, 0)) AS tenths, COALESCE(STRING_AGG(p.description, ', ' ORDER BY p.tenths DESC, p.description), '') AS reason
  FROM (SELECT DISTINCT person_id, icd10_3 FROM hospital_diagnosis) h
  LEFT JOIN ref_hfrs_points p ON p.icd10_3 = h.icd10_3
  GROUP BY h.person_id
) AS summed
