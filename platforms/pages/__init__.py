"""Bases for pages of desk and back office: who comes in, the year of a page, fields, files, labels."""
