"""Loaded before the settings: a suite started without ``manage.py`` runs in the test mode as well."""

import os

os.environ.setdefault("NINGBO_MODE", "test")
# Many that write at once wait for each other as long as the machine takes; 20 seconds are the office's own.
os.environ.setdefault("NINGBO_WRITE_WAIT_SECONDS", "300")
