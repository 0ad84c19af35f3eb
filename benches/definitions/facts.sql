-- The facts that scores and indicators read, made from the events of the index by DuckDB; what crates/warehouse/src/facts does in one pass.
-- {as_at} is the day of the data. Tables given: event (the index), person, codelist, codelist_kind, family_code, family_hierarchy.

CREATE TABLE placed AS
SELECT p.*, CASE WHEN p.practice <> '' AND (p.registered OR p.death_date IS NOT NULL) THEN q.place ELSE 0 END AS here
FROM person p LEFT JOIN population_place q ON q.practice = p.practice AND q.borough = p.borough;

-- Stays: episodes of one provider and admission.
CREATE TABLE episode AS
SELECT person_id, provider, COALESCE(admitted, start) AS admitted, discharged, COALESCE("end", discharged, start) AS ended, start, method,
  subtype, outcome, codes, procedures, specialty, scheme, seq
FROM event WHERE kind = 5;

CREATE TABLE spell AS
SELECT e.person_id, e.provider, e.admitted, e.discharged, e.method,
  e.method IN ('21', '22', '23', '24', '25', '28', '2A', '2B', '2C', '2D') AS emergency, e.class IN ('2', '3', '4') AS day_case,
  GREATEST(COALESCE(e.discharged, LEAST({as_at}, COALESCE(p.death_date, {as_at}))) - e.admitted, 0) AS nights,
  e.destination, SPLIT_PART(e.codes, ' ', 1) AS primary_icd10, e.codes, e.procedures, e.specialty,
  DATE_SUB('year', p.birth_date, e.admitted) AS age, p.here AS place, p.planning
FROM (
  SELECT person_id, provider, admitted, MAX(discharged) AS discharged, ARG_MIN(method, seq) AS method, ARG_MIN(subtype, seq) AS class,
    -- Of the episodes with the latest discharge the first; of an open stay the first episode.
    COALESCE(ARG_MAX(outcome, (discharged, -seq)) FILTER (discharged IS NOT NULL), ARG_MIN(outcome, seq)) AS destination,
    ARG_MIN(codes, seq) AS codes, ARG_MIN(procedures, seq) AS procedures, ARG_MAX(specialty, (start, seq)) AS specialty
  FROM episode GROUP BY person_id, provider, admitted
) e
JOIN placed p ON p.person_id = e.person_id;

CREATE TABLE hospital_diagnosis AS
SELECT d.person_id, d.icd10, SUBSTR(d.icd10, 1, 3) AS icd10_3
FROM (
  SELECT DISTINCT person_id, UNNEST(STRING_SPLIT(codes, ' ')) AS icd10
  FROM episode WHERE scheme = {icd10} AND codes <> '' AND start <= {as_at} AND ended > {as_at} - INTERVAL '24 months'
) d;

-- Conditions, without the milder beside the severe one.
CREATE TABLE found AS
SELECT DISTINCT h.person_id, m.family, m.condition
FROM hospital_diagnosis h
JOIN (
  SELECT c.icd10, f.family, f.condition
  FROM (SELECT DISTINCT icd10 FROM hospital_diagnosis) c JOIN family_code f ON STARTS_WITH(c.icd10, f.prefix)
) m ON m.icd10 = h.icd10;

CREATE TABLE hospital_condition AS
SELECT f.person_id, f.family, f.condition
FROM found f
WHERE NOT EXISTS (
  SELECT 1 FROM family_hierarchy h JOIN found s ON s.family = h.family AND s.condition = h.severe
  WHERE h.family = f.family AND h.milder = f.condition AND s.person_id = f.person_id);

-- Which lists the codes of each event are in, once an event.
CREATE TABLE hit AS
WITH coded AS (
  SELECT person_id, seq, start, scheme, UNNEST(STRING_SPLIT(codes, ' ')) AS code
  FROM event WHERE codes <> '' AND start <= {as_at}
),
combination AS (SELECT DISTINCT scheme, code FROM coded),
exact AS (SELECT number AS scheme, code, codelist FROM codelist JOIN scheme_number USING (scheme)),
listed AS (
  SELECT c.scheme, c.code, e.codelist FROM combination c JOIN exact e ON e.scheme = c.scheme AND e.code = c.code
  UNION
  SELECT c.scheme, c.code, e.codelist FROM combination c JOIN exact e ON e.scheme = c.scheme AND c.scheme = {icd10} AND e.code = SUBSTR(c.code, 1, 3)
),
medicine_list AS (
  SELECT b.specialty, l.codelist
  FROM (SELECT DISTINCT specialty FROM event WHERE kind = 1 AND specialty <> '') b
  JOIN codelist l ON l.scheme = 'bnf' AND STARTS_WITH(b.specialty, l.code)
)
SELECT DISTINCT person_id, seq, start, codelist FROM (
  SELECT c.person_id, c.seq, c.start, l.codelist FROM coded c JOIN listed l ON l.scheme = c.scheme AND l.code = c.code
  UNION ALL
  SELECT e.person_id, e.seq, e.start, l.codelist FROM event e JOIN medicine_list l ON l.specialty = e.specialty
  WHERE e.kind = 1 AND e.start <= {as_at}
);

CREATE TABLE code_date AS
SELECT person_id, codelist, MIN(start) AS first_date, MAX(start) AS last_date, COUNT(*) AS n,
  COUNT(*) FILTER (start > {as_at} - INTERVAL '12 months') AS n_12m, COUNT(*) FILTER (start > {as_at} - INTERVAL '24 months') AS n_24m
FROM hit GROUP BY person_id, codelist;

CREATE TABLE result AS
SELECT e.person_id, l.codelist, e.start AS day, e.value
FROM (
  SELECT person_id, start, value, scheme, UNNEST(STRING_SPLIT(codes, ' ')) AS code
  FROM event WHERE value IS NOT NULL AND codes <> '' AND start <= {as_at} AND start > {as_at} - INTERVAL '24 months'
) e
JOIN (
  SELECT number AS scheme, code, codelist FROM codelist JOIN scheme_number USING (scheme) JOIN codelist_kind USING (codelist)
  WHERE codelist_kind.kind = 'result'
) l ON l.scheme = e.scheme AND l.code = e.code;

CREATE TABLE coded_activity AS
SELECT e.person_id, l.codelist, e.start AS day, p.planning
FROM (
  SELECT person_id, start, scheme, UNNEST(STRING_SPLIT(codes, ' ')) AS code FROM event WHERE codes <> '' AND start <= {as_at}
) e
JOIN (
  SELECT number AS scheme, code, codelist FROM codelist JOIN scheme_number USING (scheme) JOIN codelist_kind USING (codelist)
  WHERE codelist_kind.kind = 'activity'
) l ON l.scheme = e.scheme AND l.code = e.code
JOIN placed p ON p.person_id = e.person_id;

CREATE TABLE medicine AS
SELECT DISTINCT person_id, CASE WHEN LENGTH(specialty) >= 9 THEN SUBSTR(specialty, 1, 9) ELSE SPLIT_PART(codes, ' ', 1) END AS medicine
FROM event WHERE kind = 1 AND start <= {as_at} AND start > {as_at} - INTERVAL '12 months';

CREATE TABLE ae_attendance AS
SELECT e.person_id, e.start AS day, e.outcome, p.planning
FROM event e JOIN placed p ON p.person_id = e.person_id
WHERE e.kind = 4;

CREATE TABLE care_service AS
SELECT e.person_id, e.subtype AS service_type, e.start, e."end", p.planning
FROM event e JOIN placed p ON p.person_id = e.person_id WHERE e.kind = 13;

-- What happened to a person in a month of the last 36.
CREATE TABLE person_month AS
WITH first_day AS (SELECT CAST(DATE_TRUNC('month', {as_at}) - INTERVAL '35 months' AS DATE) AS day),
bed AS (
  SELECT e.person_id, GREATEST(e.start, f.day) AS begins,
    GREATEST(LEAST(COALESCE(e."end", LEAST({as_at}, COALESCE(p.death_date, {as_at}))), {as_at}), e.start + 1) AS until
  FROM event e JOIN placed p ON p.person_id = e.person_id CROSS JOIN first_day f WHERE e.kind IN (8, 10)
),
bed_month AS (
  SELECT person_id, CAST(m.month AS DATE) AS month,
    LEAST(until, CAST(m.month + INTERVAL '1 month' AS DATE)) - GREATEST(begins, CAST(m.month AS DATE)) AS days
  FROM bed, UNNEST(GENERATE_SERIES(DATE_TRUNC('month', begins), CAST(until - 1 AS TIMESTAMP), INTERVAL '1 month')) AS m(month)
  WHERE until > begins
),
stay AS (
  SELECT s.*, method IN ('21', '22', '23', '24', '25', '28', '2A', '2B', '2C', '2D', '31', '32', '81', '82', '83', '84', '89') AS non_elective,
    NOT day_case AND destination NOT IN ('', '79', '98', '99') AS known FROM spell s
),
part AS (
  SELECT person_id, CAST(DATE_TRUNC('month', start) AS DATE) AS month,
    COUNT(*) FILTER (kind = 3 AND outcome = 'attended' AND specialty = 'gp') AS gp_with_gp,
    COUNT(*) FILTER (kind = 3 AND outcome = 'attended' AND specialty <> 'gp') AS gp_with_other,
    COUNT(*) FILTER (kind = 3 AND outcome = 'dna') AS gp_not_attended,
    COUNT(*) FILTER (kind = 4 AND specialty IN ('01', '1')) AS ae_type1,
    COUNT(*) FILTER (kind = 4 AND specialty NOT IN ('01', '1')) AS ae_other,
    COUNT(*) FILTER (kind = 4 AND method IN ('1', '1048051000000107', '1048031000000100', '1048041000000109')) AS ae_by_ambulance,
    COUNT(*) FILTER (kind = 4 AND method IN ('1', '1048051000000107', '1048031000000100', '1048041000000109') AND value = 1) AS ae_ambulance_1,
    COUNT(*) FILTER (kind = 4 AND method IN ('1', '1048051000000107', '1048031000000100', '1048041000000109') AND value = 2) AS ae_ambulance_2,
    COUNT(*) FILTER (kind = 4 AND method IN ('1', '1048051000000107', '1048031000000100', '1048041000000109') AND value = 3) AS ae_ambulance_3,
    COUNT(*) FILTER (kind = 4 AND method IN ('1', '1048051000000107', '1048031000000100', '1048041000000109') AND value = 4) AS ae_ambulance_4,
    COUNT(*) FILTER (kind = 4 AND method IN ('1', '1048051000000107', '1048031000000100', '1048041000000109') AND value IS NULL) AS ae_ambulance_unknown,
    COUNT(*) FILTER (kind = 6 AND outcome IN ('5', '6') AND procedures = '' AND subtype IN ('1', '3')) AS outpatient_new,
    COUNT(*) FILTER (kind = 6 AND outcome IN ('5', '6') AND procedures = '' AND subtype IN ('2', '4')) AS outpatient_follow_up,
    COUNT(*) FILTER (kind = 6 AND outcome IN ('5', '6') AND procedures <> '') AS outpatient_procedure,
    COUNT(*) FILTER (kind = 6 AND outcome IN ('5', '6')) AS outpatient_attended,
    COUNT(*) FILTER (kind = 6 AND outcome IN ('3', '7')) AS outpatient_not_attended,
    COUNT(*) FILTER (kind = 7 AND outcome IN ('', '5', '6')) AS community_contacts,
    0 AS other_bed_days, 0 AS emergency_admissions, 0 AS emergency_stays_ended, 0 AS emergency_nights, 0 AS non_elective_same_day,
    0 AS non_elective_overnight, 0 AS non_elective_nights, 0 AS discharged_known, 0 AS discharged_home
  FROM event CROSS JOIN first_day f WHERE kind IN (3, 4, 6, 7) AND start >= f.day AND start <= {as_at}
  GROUP BY person_id, DATE_TRUNC('month', start)
  UNION ALL
  SELECT person_id, month, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, SUM(days), 0, 0, 0, 0, 0, 0, 0, 0 FROM bed_month GROUP BY person_id, month
  UNION ALL
  SELECT person_id, DATE_TRUNC('month', admitted), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, COUNT(*), 0, 0, 0, 0, 0, 0, 0
  FROM stay, first_day f WHERE emergency AND admitted >= f.day AND admitted <= {as_at} GROUP BY person_id, DATE_TRUNC('month', admitted)
  UNION ALL
  SELECT person_id, DATE_TRUNC('month', discharged), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    COUNT(*) FILTER (emergency), COALESCE(SUM(nights) FILTER (emergency), 0),
    COUNT(*) FILTER (non_elective AND nights = 0), COUNT(*) FILTER (non_elective AND nights > 0), COALESCE(SUM(nights) FILTER (non_elective), 0),
    COUNT(*) FILTER (known), COUNT(*) FILTER (known AND destination = '19')
  FROM stay, first_day f WHERE discharged >= f.day AND discharged <= {as_at} GROUP BY person_id, DATE_TRUNC('month', discharged)
)
SELECT m.*, p.here AS place, p.planning
FROM (SELECT person_id, month, SUM(COLUMNS(* EXCLUDE (person_id, month))) FROM part GROUP BY person_id, month) m
JOIN placed p ON p.person_id = m.person_id WHERE p.here > 0;

CREATE TABLE population_month AS
WITH months AS (
  -- Months with anything that planning may see.
  SELECT DISTINCT CAST(DATE_TRUNC('month', e.start) AS DATE) AS month
  FROM event e JOIN placed p ON p.person_id = e.person_id
  WHERE p.planning AND e.kind NOT IN (0, 2, 13) AND e.start >= DATE_TRUNC('month', {as_at}) - INTERVAL '35 months' AND e.start < DATE_TRUNC('month', {as_at} + INTERVAL '1 day')
),
living AS (
  SELECT here AS place, birth_date, COALESCE(DATE_TRUNC('month', death_date), DATE '9999-01-01') AS last_month
  FROM placed WHERE planning AND here > 0
)
SELECT l.place, m.month,
  COUNT(*) FILTER (l.birth_date IS NULL OR DATE_TRUNC('month', l.birth_date) <= m.month) AS people,
  COUNT(*) FILTER (l.birth_date + INTERVAL '18 years' <= m.month AND l.birth_date + INTERVAL '65 years' > m.month) AS people_18_64,
  COUNT(*) FILTER (l.birth_date + INTERVAL '65 years' <= m.month) AS people_65
FROM living l JOIN months m ON m.month <= l.last_month
GROUP BY l.place, m.month
HAVING people > 0;
