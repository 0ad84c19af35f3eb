---
name = "place"
title = "Boroughs and practices by name"
kind = "mart"
version = "1.0"
owner = "Population health board"
source = "The deployment's area tables"
inputs = ["practice", "borough"]
codelists = []
---
SELECT 'practice' AS area_kind, practice AS area, name, borough FROM practice
UNION ALL
SELECT 'borough', borough AS area, name, borough FROM borough
