---
name = "emergency_admission_days"
title = "Days of emergency admissions"
kind = "risk_outcome"
version = "1.0"
owner = "Clinical definitions group"
source = "Emergency methods of admission of the HES data dictionary (ADMIMETH 21 to 25, 28, 2A to 2D)"
inputs = ["spell"]
codelists = []
---
SELECT DISTINCT person_id, admitted AS day
FROM spell
WHERE emergency AND admitted <= {as_at}
