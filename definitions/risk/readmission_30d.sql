---
name = "readmission_30d"
title = "Predicted risk of an emergency re-admission within 30 days of discharge"
kind = "risk"
version = "1.0"
owner = "Clinical definitions group"
source = "Ours: logistic regression on this area's own discharges, tried on a later year; the highest 20% of those discharged in the last 30 days. How well it does stands on the page of risk models"
inputs = ["person", "spell", "ae_attendance", "code_date"]
codelists = ["heart_failure", "copd", "cancer", "dementia", "chronic_kidney_disease", "diabetes", "chronic_liver_disease", "serious_mental_illness", "alcohol_dependence"]
note = "One row a live discharge of an adult after an ordinary stay, in the 12 months to the day; not with cancer, chemotherapy or maternity as primary diagnosis, as the indicator of re-admissions has it. Each row looks back from its own day. An admission on the day of discharge is mostly a transfer and does not count."
outcome = "emergency_admission_days"
follow_up_days = 30
list_title = "Highest predicted risk of a re-admission"
list_percent = 20.0
# Rows that are so many days old at most stand on the list.
list_days = 30
purpose = "Follow up after discharge: an estimate from records, to weigh with what you and the person know"
outcome_words = "an emergency re-admission within 30 days of discharge"
terms = [
  { name = "age_65", column = "age", from = 65, to = 74, title = "Aged 65 to 74", words = "aged {age}" },
  { name = "age_75", column = "age", from = 75, to = 84, title = "Aged 75 to 84", words = "aged {age}" },
  { name = "age_85", column = "age", from = 85, title = "Aged 85 and over", words = "aged {age}" },
  { name = "male", column = "male", from = 1, title = "Male", words = "male" },
  { name = "deprived", column = "deprivation_fifth", from = 1, to = 2, title = "Lives in the two most deprived fifths of small areas", words = "lives in the two most deprived fifths of small areas" },
  { name = "emergency", column = "emergency", from = 1, title = "The stay began as an emergency", words = "the stay began as an emergency" },
  { name = "nights_2", column = "nights", from = 2, to = 6, title = "2 to 6 nights", words = "{nights} nights in hospital" },
  { name = "nights_7", column = "nights", from = 7, title = "7 nights or more", words = "{nights} nights in hospital" },
  { name = "before_1", column = "admissions_before", from = 1, to = 1, title = "1 emergency admission in the 12 months before", words = "1 emergency admission in the 12 months before this one" },
  { name = "before_2", column = "admissions_before", from = 2, title = "2 or more emergency admissions in the 12 months before", words = "{admissions_before} emergency admissions in the 12 months before this one" },
  { name = "month_before", column = "month_before", from = 1, title = "In hospital in the 30 days before", words = "in hospital in the 30 days before this stay" },
  { name = "ae_2", column = "ae_attendances", from = 2, title = "2 or more A&E attendances in the 6 months before", words = "{ae_attendances} A&E attendances in the 6 months before this stay" },
  { name = "heart_failure", column = "heart_failure", from = 1, title = "Heart failure", words = "heart failure" },
  { name = "copd", column = "copd", from = 1, title = "Chronic obstructive pulmonary disease", words = "chronic obstructive pulmonary disease" },
  { name = "cancer", column = "cancer", from = 1, title = "Cancer", words = "cancer" },
  { name = "dementia", column = "dementia", from = 1, title = "Dementia", words = "dementia" },
  { name = "chronic_kidney_disease", column = "chronic_kidney_disease", from = 1, title = "Chronic kidney disease", words = "chronic kidney disease" },
  { name = "diabetes", column = "diabetes", from = 1, title = "Diabetes", words = "diabetes" },
  { name = "chronic_liver_disease", column = "chronic_liver_disease", from = 1, title = "Chronic liver disease", words = "chronic liver disease" },
  { name = "serious_mental_illness", column = "serious_mental_illness", from = 1, title = "Serious mental illness", words = "serious mental illness" },
  { name = "alcohol_dependence", column = "alcohol_dependence", from = 1, title = "Alcohol dependence", words = "alcohol dependence" },
]
[sub_groups]
age_band = "Age"
sex = "Sex"
ethnic_group = "Ethnic group"
deprivation = "Deprivation fifth"
---
WITH stays AS (
  SELECT s.person_id, s.admitted, s.discharged, s.emergency, s.nights, s.age,
    ROW_NUMBER() OVER (PARTITION BY s.person_id, s.discharged ORDER BY s.admitted, s.provider) AS place
  FROM spell s
  -- 79: died in hospital.
  WHERE NOT s.day_case AND s.discharged IS NOT NULL AND COALESCE(s.destination, '') <> '79' AND s.age >= 18
    AND COALESCE(s.primary_icd10, '') NOT LIKE 'C%' AND COALESCE(s.primary_icd10, '') NOT LIKE 'O%' AND COALESCE(s.primary_icd10, '') <> 'Z511'
    AND s.discharged > {as_at} - INTERVAL '12 months' AND s.discharged <= {as_at}
),
before AS (
  SELECT s.person_id, s.discharged,
    SUM(CASE WHEN b.emergency AND b.admitted > s.admitted - INTERVAL '12 months' THEN 1 ELSE 0 END) AS admissions_before,
    MAX(CASE WHEN NOT b.day_case AND b.discharged >= s.admitted - INTERVAL '30 days' AND b.discharged <= s.admitted THEN 1 ELSE 0 END) AS month_before
  FROM stays s
  JOIN spell b ON b.person_id = s.person_id AND b.admitted < s.admitted AND b.admitted > s.admitted - INTERVAL '24 months'
  WHERE s.place = 1
  GROUP BY s.person_id, s.discharged
),
visits AS (
  -- The attendance that led to the stay is of the same day: left out.
  SELECT s.person_id, s.discharged, COUNT(*) AS ae_attendances
  FROM stays s
  JOIN ae_attendance a ON a.person_id = s.person_id AND a.day < s.admitted AND a.day > s.admitted - INTERVAL '6 months'
  WHERE s.place = 1
  GROUP BY s.person_id, s.discharged
),
-- What was first recorded by the day of discharge.
conditions AS (
  SELECT s.person_id, s.discharged,
    MAX(CASE WHEN c.codelist = 'heart_failure' THEN 1 ELSE 0 END) AS heart_failure,
    MAX(CASE WHEN c.codelist = 'copd' THEN 1 ELSE 0 END) AS copd,
    MAX(CASE WHEN c.codelist = 'cancer' THEN 1 ELSE 0 END) AS cancer,
    MAX(CASE WHEN c.codelist = 'dementia' THEN 1 ELSE 0 END) AS dementia,
    MAX(CASE WHEN c.codelist = 'chronic_kidney_disease' THEN 1 ELSE 0 END) AS chronic_kidney_disease,
    MAX(CASE WHEN c.codelist = 'diabetes' THEN 1 ELSE 0 END) AS diabetes,
    MAX(CASE WHEN c.codelist = 'chronic_liver_disease' THEN 1 ELSE 0 END) AS chronic_liver_disease,
    MAX(CASE WHEN c.codelist = 'serious_mental_illness' THEN 1 ELSE 0 END) AS serious_mental_illness,
    MAX(CASE WHEN c.codelist = 'alcohol_dependence' THEN 1 ELSE 0 END) AS alcohol_dependence
  FROM stays s
  JOIN code_date c ON c.person_id = s.person_id AND c.first_date <= s.discharged
  WHERE s.place = 1
  GROUP BY s.person_id, s.discharged
)
SELECT s.person_id, s.discharged AS day, s.age,
  CASE WHEN p.sex = 'M' THEN 1 ELSE 0 END AS male,
  COALESCE((p.imd_decile + 1) / 2, 0) AS deprivation_fifth,
  CASE WHEN s.emergency THEN 1 ELSE 0 END AS emergency, s.nights,
  COALESCE(b.admissions_before, 0) AS admissions_before, COALESCE(b.month_before, 0) AS month_before, COALESCE(v.ae_attendances, 0) AS ae_attendances,
  COALESCE(c.heart_failure, 0) AS heart_failure, COALESCE(c.copd, 0) AS copd, COALESCE(c.cancer, 0) AS cancer, COALESCE(c.dementia, 0) AS dementia,
  COALESCE(c.chronic_kidney_disease, 0) AS chronic_kidney_disease, COALESCE(c.diabetes, 0) AS diabetes, COALESCE(c.chronic_liver_disease, 0) AS
  chronic_liver_disease, COALESCE(c.serious_mental_illness, 0) AS serious_mental_illness, COALESCE(c.alcohol_dependence, 0) AS alcohol_dependence,
  CASE WHEN s.age < 40 THEN '18 to 39' WHEN s.age < 65 THEN '40 to 64' WHEN s.age < 75 THEN '65 to 74' WHEN s.age < 85 THEN '75 to 84' ELSE '85 and over' END AS age_band,
  CASE p.sex WHEN 'F' THEN 'Female' WHEN 'M' THEN 'Male' ELSE 'Not known' END AS sex,
  CASE WHEN p.ethnic_category IN ('A', 'B', 'C') THEN 'White' WHEN p.ethnic_category IN ('D', 'E', 'F', 'G') THEN 'Mixed' WHEN p.ethnic_category IN ('H', 'J', 'K', 'L') THEN 'Asian'
    WHEN p.ethnic_category IN ('M', 'N', 'P') THEN 'Black' WHEN p.ethnic_category IN ('R', 'S') THEN 'Other' ELSE 'Not known' END AS ethnic_group,
  CASE (p.imd_decile + 1) / 2 WHEN 1 THEN '1, most deprived' WHEN 2 THEN '2' WHEN 3 THEN '3' WHEN 4 THEN '4' WHEN 5 THEN '5, least deprived' ELSE 'Not known' END AS deprivation
FROM stays s
JOIN person p ON p.person_id = s.person_id
LEFT JOIN before b ON b.person_id = s.person_id AND b.discharged = s.discharged
LEFT JOIN visits v ON v.person_id = s.person_id AND v.discharged = s.discharged
LEFT JOIN conditions c ON c.person_id = s.person_id AND c.discharged = s.discharged
-- Who belongs to a practice, the dead until they died.
WHERE s.place = 1 AND p.practice <> '' AND (p.registered OR p.death_date IS NOT NULL) AND (p.death_date IS NULL OR p.death_date >= s.discharged)
