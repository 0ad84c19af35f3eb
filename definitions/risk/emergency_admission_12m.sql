---
name = "emergency_admission_12m"
title = "Predicted risk of an emergency admission in the next 12 months"
kind = "risk"
version = "1.0"
owner = "Clinical definitions group"
source = "Ours: logistic regression on this area's own data, tried on a later year; the highest 2% of adults, as the pilots had it (evaluation of 2015). How well it does stands on the page of risk models"
inputs = ["person", "spell", "ae_attendance", "appointment", "register", "code_date", "medicine", "hospital_diagnosis", "care_service", "ref_hfrs_points", "ref_polypharmacy_exclusions"]
codelists = ["alcohol_dependence", "drug_dependence"]
note = "Adults registered and alive on the day. Every look back is 12 months, so that an area with three years of data can train and try the model. Terms of one column are read against the people who meet none of them."
outcome = "emergency_admission_days"
# The outcome counts from the day after to so many days after.
follow_up_days = 365
list_title = "Highest predicted risk of an emergency admission"
list_percent = 2.0
purpose = "Look whether proactive care would help: an estimate from records, to weigh with what you and the person know"
outcome_words = "an emergency admission within 12 months"
terms = [
  { name = "age_40", column = "age", from = 40, to = 54, title = "Aged 40 to 54", words = "aged {age}" },
  { name = "age_55", column = "age", from = 55, to = 64, title = "Aged 55 to 64", words = "aged {age}" },
  { name = "age_65", column = "age", from = 65, to = 69, title = "Aged 65 to 69", words = "aged {age}" },
  { name = "age_70", column = "age", from = 70, to = 74, title = "Aged 70 to 74", words = "aged {age}" },
  { name = "age_75", column = "age", from = 75, to = 79, title = "Aged 75 to 79", words = "aged {age}" },
  { name = "age_80", column = "age", from = 80, to = 84, title = "Aged 80 to 84", words = "aged {age}" },
  { name = "age_85", column = "age", from = 85, to = 89, title = "Aged 85 to 89", words = "aged {age}" },
  { name = "age_90", column = "age", from = 90, title = "Aged 90 and over", words = "aged {age}" },
  { name = "male", column = "male", from = 1, title = "Male", words = "male" },
  { name = "deprivation_1", column = "deprivation_fifth", from = 1, to = 1, title = "Lives in the most deprived fifth of small areas", words = "lives in the most deprived fifth of small areas" },
  { name = "deprivation_2", column = "deprivation_fifth", from = 2, to = 2, title = "Lives in the second most deprived fifth of small areas", words = "lives in the second most deprived fifth of small areas" },
  { name = "deprivation_3", column = "deprivation_fifth", from = 3, to = 3, title = "Lives in the middle fifth of small areas", words = "lives in the middle fifth of small areas" },
  { name = "deprivation_4", column = "deprivation_fifth", from = 4, to = 4, title = "Lives in the second least deprived fifth of small areas", words = "lives in the second least deprived fifth of small areas" },
  { name = "emergency_1", column = "emergency_admissions", from = 1, to = 1, title = "1 emergency admission in the last 12 months", words = "1 emergency admission in the last 12 months, on {latest_emergency}" },
  { name = "emergency_2", column = "emergency_admissions", from = 2, to = 2, title = "2 emergency admissions in the last 12 months", words = "{emergency_admissions} emergency admissions in the last 12 months, the latest on {latest_emergency}" },
  { name = "emergency_3", column = "emergency_admissions", from = 3, title = "3 or more emergency admissions in the last 12 months", words = "{emergency_admissions} emergency admissions in the last 12 months, the latest on {latest_emergency}" },
  { name = "emergency_recent", column = "recent_emergency", from = 1, title = "An emergency admission in the last 90 days", words = "an emergency admission in the last 90 days" },
  { name = "other_admission", column = "other_admissions", from = 1, title = "Another hospital admission in the last 12 months", words = "{other_admissions} planned or other hospital stays in the last 12 months" },
  { name = "ae_1", column = "ae_attendances", from = 1, to = 1, title = "1 A&E attendance in the last 12 months", words = "1 A&E attendance in the last 12 months" },
  { name = "ae_2", column = "ae_attendances", from = 2, to = 3, title = "2 or 3 A&E attendances in the last 12 months", words = "{ae_attendances} A&E attendances in the last 12 months, the latest on {latest_ae}" },
  { name = "ae_4", column = "ae_attendances", from = 4, title = "4 or more A&E attendances in the last 12 months", words = "{ae_attendances} A&E attendances in the last 12 months, the latest on {latest_ae}" },
  { name = "outpatient_1", column = "outpatient_attendances", from = 1, to = 2, title = "1 or 2 outpatient attendances in the last 12 months", words = "{outpatient_attendances} outpatient attendances in the last 12 months" },
  { name = "outpatient_3", column = "outpatient_attendances", from = 3, to = 5, title = "3 to 5 outpatient attendances in the last 12 months", words = "{outpatient_attendances} outpatient attendances in the last 12 months" },
  { name = "outpatient_6", column = "outpatient_attendances", from = 6, title = "6 or more outpatient attendances in the last 12 months", words = "{outpatient_attendances} outpatient attendances in the last 12 months" },
  { name = "missed_2", column = "missed", from = 2, title = "2 or more appointments missed in the last 12 months", words = "{missed} appointments missed in the last 12 months" },
  { name = "gp_12", column = "gp_appointments", from = 12, title = "12 or more appointments at the practice in the last 12 months", words = "{gp_appointments} appointments at the practice in the last 12 months" },
  { name = "community", column = "community_contacts", from = 1, title = "Community nursing or therapy in the last 12 months", words = "{community_contacts} community nursing or therapy contacts in the last 12 months" },
  { name = "mental_health", column = "mental_health_contacts", from = 1, title = "Mental health service in the last 12 months", words = "{mental_health_contacts} mental health service contacts in the last 12 months" },
  { name = "medicines_5", column = "medicines", from = 5, to = 9, title = "5 to 9 regular medicines", words = "{medicines} regular medicines" },
  { name = "medicines_10", column = "medicines", from = 10, title = "10 or more regular medicines", words = "{medicines} regular medicines" },
  { name = "hfrs_50", column = "hfrs_tenths", from = 50, to = 150, title = "Hospital Frailty Risk Score 5 to 15, by stays of the last 12 months", words = "hospital Frailty Risk Score 5 to 15, by stays of the last 12 months" },
  { name = "hfrs_151", column = "hfrs_tenths", from = 151, title = "Hospital Frailty Risk Score above 15, by stays of the last 12 months", words = "hospital Frailty Risk Score above 15, by stays of the last 12 months" },
  { name = "care_at_home", column = "care_at_home", from = 1, title = "Social care at home", words = "council-funded social care at home" },
  { name = "heart_failure", column = "heart_failure", from = 1, title = "Heart failure", words = "heart failure" },
  { name = "coronary_heart_disease", column = "coronary_heart_disease", from = 1, title = "Coronary heart disease", words = "coronary heart disease" },
  { name = "atrial_fibrillation", column = "atrial_fibrillation", from = 1, title = "Atrial fibrillation", words = "atrial fibrillation" },
  { name = "stroke_tia", column = "stroke_tia", from = 1, title = "Stroke or transient ischaemic attack", words = "stroke or transient ischaemic attack" },
  { name = "copd", column = "copd", from = 1, title = "Chronic obstructive pulmonary disease", words = "chronic obstructive pulmonary disease" },
  { name = "asthma", column = "asthma", from = 1, title = "Asthma", words = "asthma" },
  { name = "diabetes", column = "diabetes", from = 1, title = "Diabetes", words = "diabetes" },
  { name = "chronic_kidney_disease", column = "chronic_kidney_disease", from = 1, title = "Chronic kidney disease", words = "chronic kidney disease" },
  { name = "chronic_liver_disease", column = "chronic_liver_disease", from = 1, title = "Chronic liver disease", words = "chronic liver disease" },
  { name = "cancer", column = "cancer", from = 1, title = "Cancer", words = "cancer" },
  { name = "dementia", column = "dementia", from = 1, title = "Dementia", words = "dementia" },
  { name = "parkinsons_disease", column = "parkinsons_disease", from = 1, title = "Parkinson's disease", words = "Parkinson's disease" },
  { name = "epilepsy", column = "epilepsy", from = 1, title = "Epilepsy", words = "epilepsy" },
  { name = "serious_mental_illness", column = "serious_mental_illness", from = 1, title = "Serious mental illness", words = "serious mental illness" },
  { name = "depression", column = "depression", from = 1, title = "Depression", words = "depression" },
  { name = "learning_disability", column = "learning_disability", from = 1, title = "Learning disability", words = "learning disability" },
  { name = "palliative_care", column = "palliative_care", from = 1, title = "Palliative care", words = "palliative care" },
  { name = "frailty", column = "frailty", from = 1, title = "Frailty recorded", words = "frailty recorded" },
  { name = "housebound", column = "housebound", from = 1, title = "Housebound", words = "housebound" },
  { name = "care_home", column = "care_home", from = 1, title = "Lives in a care home", words = "lives in a care home" },
  { name = "substances", column = "substances", from = 1, title = "Alcohol or drug dependence recorded in the last 12 months", words = "alcohol or drug dependence recorded in the last 12 months" },
]
[sub_groups]
age_band = "Age"
sex = "Sex"
ethnic_group = "Ethnic group"
deprivation = "Deprivation fifth"
---
WITH stays AS (
  SELECT person_id,
    SUM(CASE WHEN emergency THEN 1 ELSE 0 END) AS emergency_admissions,
    MAX(CASE WHEN emergency THEN admitted END) AS latest_emergency,
    MAX(CASE WHEN emergency AND admitted > {as_at} - INTERVAL '90 days' THEN 1 ELSE 0 END) AS recent_emergency,
    SUM(CASE WHEN emergency THEN 0 ELSE 1 END) AS other_admissions
  FROM spell
  WHERE admitted > {as_at} - INTERVAL '12 months' AND admitted <= {as_at}
  GROUP BY person_id
),
visits AS (
  SELECT person_id, COUNT(*) AS ae_attendances, MAX(day) AS latest_ae
  FROM ae_attendance
  WHERE day > {as_at} - INTERVAL '12 months' AND day <= {as_at}
  GROUP BY person_id
),
contacts AS (
  SELECT person_id,
    SUM(CASE WHEN kind = 'outpatient_appointment' AND outcome IN ('5', '6') THEN 1 ELSE 0 END) AS outpatient_attendances,
    SUM(CASE WHEN kind = 'gp_appointment' AND outcome = 'attended' THEN 1 ELSE 0 END) AS gp_appointments,
    SUM(CASE WHEN kind = 'community_contact' AND COALESCE(outcome, '') IN ('', '5', '6') THEN 1 ELSE 0 END) AS community_contacts,
    SUM(CASE WHEN kind = 'mental_health_contact' AND COALESCE(outcome, '') IN ('', '5', '6') THEN 1 ELSE 0 END) AS mental_health_contacts,
    -- 3: did not attend; 7: came too late and was not seen.
    SUM(CASE WHEN (kind = 'gp_appointment' AND outcome = 'dna')
      OR (kind IN ('outpatient_appointment', 'community_contact', 'mental_health_contact') AND outcome IN ('3', '7')) THEN 1 ELSE 0 END) AS missed
  FROM appointment
  WHERE day > {as_at} - INTERVAL '12 months' AND day <= {as_at}
  GROUP BY person_id
),
conditions AS (
  SELECT person_id,
    MAX(CASE WHEN register = 'heart_failure' THEN 1 ELSE 0 END) AS heart_failure,
    MAX(CASE WHEN register = 'coronary_heart_disease' THEN 1 ELSE 0 END) AS coronary_heart_disease,
    MAX(CASE WHEN register = 'atrial_fibrillation' THEN 1 ELSE 0 END) AS atrial_fibrillation,
    MAX(CASE WHEN register = 'stroke_tia' THEN 1 ELSE 0 END) AS stroke_tia,
    MAX(CASE WHEN register = 'copd' THEN 1 ELSE 0 END) AS copd,
    MAX(CASE WHEN register = 'asthma' THEN 1 ELSE 0 END) AS asthma,
    MAX(CASE WHEN register = 'diabetes' THEN 1 ELSE 0 END) AS diabetes,
    MAX(CASE WHEN register = 'chronic_kidney_disease' THEN 1 ELSE 0 END) AS chronic_kidney_disease,
    MAX(CASE WHEN register = 'chronic_liver_disease' THEN 1 ELSE 0 END) AS chronic_liver_disease,
    MAX(CASE WHEN register = 'cancer' THEN 1 ELSE 0 END) AS cancer,
    MAX(CASE WHEN register = 'dementia' THEN 1 ELSE 0 END) AS dementia,
    MAX(CASE WHEN register = 'parkinsons_disease' THEN 1 ELSE 0 END) AS parkinsons_disease,
    MAX(CASE WHEN register = 'epilepsy' THEN 1 ELSE 0 END) AS epilepsy,
    MAX(CASE WHEN register = 'serious_mental_illness' THEN 1 ELSE 0 END) AS serious_mental_illness,
    MAX(CASE WHEN register = 'depression' THEN 1 ELSE 0 END) AS depression,
    MAX(CASE WHEN register = 'learning_disability' THEN 1 ELSE 0 END) AS learning_disability,
    MAX(CASE WHEN register = 'palliative_care' THEN 1 ELSE 0 END) AS palliative_care,
    MAX(CASE WHEN register = 'frailty' THEN 1 ELSE 0 END) AS frailty,
    MAX(CASE WHEN register = 'housebound' THEN 1 ELSE 0 END) AS housebound,
    MAX(CASE WHEN register = 'care_home' THEN 1 ELSE 0 END) AS care_home
  FROM register
  GROUP BY person_id
),
substances AS (
  SELECT DISTINCT person_id FROM code_date WHERE codelist IN ('alcohol_dependence', 'drug_dependence') AND n_12m > 0
),
-- Regular medicines as the worklist of ten or more counts them; the longest BNF prefix that fits decides what is left out.
regular AS (
  SELECT person_id, medicine FROM medicine WHERE n_12m >= 2 AND n_6m >= 1
),
judged AS (
  SELECT r.medicine, e.excluded, ROW_NUMBER() OVER (PARTITION BY r.medicine ORDER BY LENGTH(e.bnf) DESC) AS place
  FROM (SELECT DISTINCT medicine FROM regular) r
  JOIN ref_polypharmacy_exclusions e ON STARTS_WITH(r.medicine, REPLACE(e.bnf, '.', ''))
),
counted AS (
  SELECT r.person_id, COUNT(*) AS medicines
  FROM regular r
  LEFT JOIN judged j ON j.medicine = r.medicine AND j.place = 1
  WHERE COALESCE(j.excluded, 'no') = 'no'
  GROUP BY r.person_id
),
frailty_points AS (
  SELECT h.person_id, CAST(SUM(f.tenths) AS BIGINT) AS hfrs_tenths
  FROM (SELECT DISTINCT person_id, icd10_3 FROM hospital_diagnosis WHERE last_date > {as_at} - INTERVAL '12 months') h
  JOIN ref_hfrs_points f ON f.icd10_3 = h.icd10_3
  GROUP BY h.person_id
),
care AS (
  SELECT DISTINCT person_id FROM care_service
  WHERE service_type = 'Long Term Support: Community' AND start <= {as_at} AND ("end" IS NULL OR "end" >= {as_at})
)
SELECT p.person_id, {as_at} AS day, p.age,
  CASE WHEN p.sex = 'M' THEN 1 ELSE 0 END AS male,
  COALESCE((p.imd_decile + 1) / 2, 0) AS deprivation_fifth,
  COALESCE(s.emergency_admissions, 0) AS emergency_admissions, s.latest_emergency, COALESCE(s.recent_emergency, 0) AS recent_emergency,
  COALESCE(s.other_admissions, 0) AS other_admissions,
  COALESCE(v.ae_attendances, 0) AS ae_attendances, v.latest_ae, COALESCE(a.outpatient_attendances, 0) AS outpatient_attendances,
  COALESCE(a.gp_appointments, 0) AS gp_appointments, COALESCE(a.missed, 0) AS missed,
  COALESCE(a.community_contacts, 0) AS community_contacts, COALESCE(a.mental_health_contacts, 0) AS mental_health_contacts,
  COALESCE(m.medicines, 0) AS medicines, COALESCE(f.hfrs_tenths, 0) AS hfrs_tenths,
  CASE WHEN h.person_id IS NULL THEN 0 ELSE 1 END AS care_at_home, CASE WHEN u.person_id IS NULL THEN 0 ELSE 1 END AS substances,
  COALESCE(c.heart_failure, 0) AS heart_failure, COALESCE(c.coronary_heart_disease, 0) AS coronary_heart_disease, COALESCE(c.atrial_fibrillation, 0)
  AS atrial_fibrillation, COALESCE(c.stroke_tia, 0) AS stroke_tia, COALESCE(c.copd, 0) AS copd, COALESCE(c.asthma, 0) AS asthma, COALESCE(c.diabetes,
  0) AS diabetes, COALESCE(c.chronic_kidney_disease, 0) AS chronic_kidney_disease, COALESCE(c.chronic_liver_disease, 0) AS chronic_liver_disease,
  COALESCE(c.cancer, 0) AS cancer, COALESCE(c.dementia, 0) AS dementia, COALESCE(c.parkinsons_disease, 0) AS parkinsons_disease, COALESCE(c.epilepsy,
  0) AS epilepsy, COALESCE(c.serious_mental_illness, 0) AS serious_mental_illness, COALESCE(c.depression, 0) AS depression,
  COALESCE(c.learning_disability, 0) AS learning_disability, COALESCE(c.palliative_care, 0) AS palliative_care, COALESCE(c.frailty, 0) AS frailty,
  COALESCE(c.housebound, 0) AS housebound, COALESCE(c.care_home, 0) AS care_home,
  CASE WHEN p.age < 40 THEN '18 to 39' WHEN p.age < 65 THEN '40 to 64' WHEN p.age < 75 THEN '65 to 74' WHEN p.age < 85 THEN '75 to 84' ELSE '85 and over' END AS age_band,
  CASE p.sex WHEN 'F' THEN 'Female' WHEN 'M' THEN 'Male' ELSE 'Not known' END AS sex,
  CASE WHEN p.ethnic_category IN ('A', 'B', 'C') THEN 'White' WHEN p.ethnic_category IN ('D', 'E', 'F', 'G') THEN 'Mixed' WHEN p.ethnic_category IN ('H', 'J', 'K', 'L') THEN 'Asian'
    WHEN p.ethnic_category IN ('M', 'N', 'P') THEN 'Black' WHEN p.ethnic_category IN ('R', 'S') THEN 'Other' ELSE 'Not known' END AS ethnic_group,
  CASE (p.imd_decile + 1) / 2 WHEN 1 THEN '1, most deprived' WHEN 2 THEN '2' WHEN 3 THEN '3' WHEN 4 THEN '4' WHEN 5 THEN '5, least deprived' ELSE 'Not known' END AS deprivation
FROM person p
LEFT JOIN stays s ON s.person_id = p.person_id
LEFT JOIN visits v ON v.person_id = p.person_id
LEFT JOIN contacts a ON a.person_id = p.person_id
LEFT JOIN conditions c ON c.person_id = p.person_id
LEFT JOIN substances u ON u.person_id = p.person_id
LEFT JOIN counted m ON m.person_id = p.person_id
LEFT JOIN frailty_points f ON f.person_id = p.person_id
LEFT JOIN care h ON h.person_id = p.person_id
WHERE p.registered AND p.death_date IS NULL AND p.practice <> '' AND p.age >= 18
