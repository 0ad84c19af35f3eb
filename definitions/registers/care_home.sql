---
name = "care_home"
title = "Lives in a care home"
kind = "register"
version = "1.0"
owner = "Clinical definitions group"
source = "refset CAREHOME_COD 5d2f363a (recorded in the last 24 months) or a council placement that is running"
inputs = ["code_date", "care_service"]
codelists = ["care_home"]
numerator = "people registered and alive who are on the register"
denominator = "people registered and alive"
note = "Shows a place of residence; it is not a disease."
---
WITH evidence AS (
  SELECT person_id, first_date AS since FROM code_date WHERE codelist = 'care_home' AND n_24m > 0
  UNION ALL
  SELECT person_id, start AS since FROM care_service
  WHERE (service_type LIKE '%Residential Care' OR service_type LIKE '%Nursing Care')
    AND start <= {as_at} AND ("end" IS NULL OR "end" > {as_at})
)
SELECT person_id, MIN(since) AS since FROM evidence GROUP BY person_id
