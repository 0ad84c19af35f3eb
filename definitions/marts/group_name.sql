---
name = "group_name"
title = "Names of the population groups of the main pack"
kind = "mart"
version = "1.1"
owner = "Population health board"
source = "The head of the main pack in definitions/groups"
inputs = ["pack_group"]
codelists = []
---
SELECT "group", name, position FROM pack_group WHERE main
