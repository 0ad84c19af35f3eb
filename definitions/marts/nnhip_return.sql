---
name = "nnhip_return"
title = "Neighbourhood programme: the monthly return, metrics O1 to O6 and P1 by month and split"
kind = "mart"
version = "1.0"
owner = "Outcomes and evaluation group"
source = "National Neighbourhood Health Implementation Programme, measurement guide 1.2 (December 2025): metrics, and splits by age in tens, ethnic group (five, and not known) and deprivation fifth"
inputs = ["person", "population_group", "population_month", "person_month", "coded_activity"]
codelists = ["case_management", "care_planning"]
note = "The cohort (pack nnhip, group 1) is that of the day of the data, for every month. Not told apart: consultant-led clinics, specific acute treatment functions, categories of acuity. Numbers as counted: under 6 is hidden when it is sent."
---
WITH cohort AS (
  SELECT g.person_id,
    CASE WHEN p.age IS NULL THEN 'not known' WHEN p.age >= 90 THEN '90 and over' ELSE CONCAT(CAST(p.age / 10 * 10 AS VARCHAR), ' to ', CAST(p.age / 10 * 10 + 9 AS VARCHAR)) END AS age,
    CASE WHEN p.ethnic_category IN ('A', 'B', 'C') THEN 'White' WHEN p.ethnic_category IN ('D', 'E', 'F', 'G') THEN 'Mixed'
      WHEN p.ethnic_category IN ('H', 'J', 'K', 'L') THEN 'Asian' WHEN p.ethnic_category IN ('M', 'N', 'P') THEN 'Black'
      WHEN p.ethnic_category IN ('R', 'S') THEN 'Other' ELSE 'not known' END AS ethnic_group,
    CASE WHEN p.imd_decile IS NULL THEN 'not known' ELSE CAST((p.imd_decile + 1) / 2 AS VARCHAR) END AS deprivation
  FROM population_group g JOIN person p ON p.person_id = g.person_id
  WHERE g.pack = 'nnhip' AND g."group" = 1 AND p.practice <> ''
),
parts AS (
  SELECT person_id, 'all' AS split, 'all' AS part FROM cohort
  UNION ALL SELECT person_id, 'age', age FROM cohort
  UNION ALL SELECT person_id, 'ethnic group', ethnic_group FROM cohort
  UNION ALL SELECT person_id, 'deprivation fifth', deprivation FROM cohort
),
sizes AS (SELECT split, part, COUNT(*) AS cohort FROM parts GROUP BY split, part),
metrics AS (
  SELECT metric_id, metric FROM (VALUES ('O1', 'outpatient_new'), ('O1', 'outpatient_follow_up'), ('O1', 'outpatient_procedure'), ('O2', 'non_elective_spells_los_0'),
    ('O2', 'non_elective_spells_los_1plus'), ('O3', 'inpatient_bed_days'), ('O4', 'ambulance_conveyances'), ('O5', 'ae_type1'), ('O5', 'ae_other'),
    ('O6', 'general_practice_appointments'), ('O6', 'community_care_contacts'), ('P1', 'caseload')) AS v(metric_id, metric)
),
months AS (SELECT DISTINCT month FROM population_month),
events AS (
  SELECT person_id, month, 'outpatient_new' AS metric, outpatient_new AS n FROM person_month WHERE outpatient_new > 0
  UNION ALL
  SELECT person_id, month, 'outpatient_follow_up', outpatient_follow_up FROM person_month WHERE outpatient_follow_up > 0
  UNION ALL
  SELECT person_id, month, 'outpatient_procedure', outpatient_procedure FROM person_month WHERE outpatient_procedure > 0
  UNION ALL
  SELECT person_id, month, 'non_elective_spells_los_0', non_elective_same_day FROM person_month WHERE non_elective_same_day > 0
  UNION ALL
  SELECT person_id, month, 'non_elective_spells_los_1plus', non_elective_overnight FROM person_month WHERE non_elective_overnight > 0
  UNION ALL
  SELECT person_id, month, 'inpatient_bed_days', non_elective_nights FROM person_month WHERE non_elective_nights > 0
  UNION ALL
  SELECT person_id, month, 'ambulance_conveyances', ae_by_ambulance FROM person_month WHERE ae_by_ambulance > 0
  UNION ALL
  SELECT person_id, month, 'ae_type1', ae_type1 FROM person_month WHERE ae_type1 > 0
  UNION ALL
  SELECT person_id, month, 'ae_other', ae_other FROM person_month WHERE ae_other > 0
  UNION ALL
  SELECT person_id, month, 'general_practice_appointments', gp_with_gp FROM person_month WHERE gp_with_gp > 0
  UNION ALL
  SELECT person_id, month, 'community_care_contacts', community_contacts FROM person_month WHERE community_contacts > 0
  UNION ALL
  SELECT DISTINCT person_id, CAST(DATE_TRUNC('month', day) AS DATE), 'caseload', 1
  FROM coded_activity WHERE codelist IN ('case_management', 'care_planning')
),
summed AS (
  SELECT p.split, p.part, e.month, e.metric, SUM(e.n) AS n
  FROM events e JOIN parts p ON p.person_id = e.person_id
  GROUP BY p.split, p.part, e.month, e.metric
)
SELECT m.month, k.metric_id, k.metric, s.split, s.part, CAST(COALESCE(n.n, 0) AS BIGINT) AS n, s.cohort
FROM sizes s
CROSS JOIN months m
CROSS JOIN metrics k
LEFT JOIN summed n ON n.split = s.split AND n.part = s.part AND n.month = m.month AND n.metric = k.metric
