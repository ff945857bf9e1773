"""Loaded before the settings: a suite started without ``manage.py`` runs in the test mode as well."""

import os

os.environ.setdefault("NINGBO_MODE", "test")
