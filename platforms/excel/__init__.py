"""Bases for workbooks and lists as files: columns, reading, writing, import and its findings."""
