"""Schemes in the back office: written while they are drafts, tried on stored scores, as a workbook out and in."""
