"""Bases for the back office: scope, moves, lists, history, import and export pages."""
