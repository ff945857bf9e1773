"""A run as files for tables: a workbook to sign and file away, a plain table and the counts for other programs."""
