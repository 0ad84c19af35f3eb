---
name = "hfrs"
title = "Hospital Frailty Risk Score"
kind = "score"
version = "1.0"
owner = "Clinical definitions group"
source = "Gilbert T and others, Lancet 2018; 391: 1775-82; bands low < 5, intermediate 5 to 15, high > 15"
inputs = ["hospital_diagnosis", "ref_hfrs_points"]
codelists = []
note = "Whole tenths. Exactly 5.0 and exactly 15.0 are intermediate, as NHS England has it; the R package of the authors' method puts 5.0 into low. Validated at 75 and over; computed for everybody with a hospital stay in the window, read by age where it is used."
---
SELECT person_id, value_tenths,
  CASE WHEN value_tenths > 150 THEN 'high' WHEN value_tenths >= 50 THEN 'intermediate' ELSE 'low' END AS band
FROM (
  SELECT h.person_id, CAST(SUM(COALESCE(p.tenths, 0)) AS BIGINT) AS value_tenths
  FROM (SELECT DISTINCT person_id, icd10_3 FROM hospital_diagnosis) h
  LEFT JOIN ref_hfrs_points p ON p.icd10_3 = h.icd10_3
  GROUP BY h.person_id
) AS summed
