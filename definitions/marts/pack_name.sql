---
name = "pack_name"
title = "Packs of population groups and the names of their groups"
kind = "mart"
version = "1.0"
owner = "Population health board"
source = "The heads of definitions/groups"
inputs = ["pack_group"]
codelists = []
---
SELECT pack, title, main, "group", name, position FROM pack_group
