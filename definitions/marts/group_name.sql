---
name = "group_name"
title = "Names of the population groups"
kind = "mart"
version = "1.0"
owner = "Population health board"
source = "definitions/reference/wsic_ten.csv"
inputs = ["ref_wsic_ten"]
codelists = []
---
SELECT "group", name, position FROM ref_wsic_ten
