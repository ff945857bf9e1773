"""What the rooms show in the back office; imported here so that Django finds it."""
# ruff: noqa: F401

import funding.runs.admin.runs
