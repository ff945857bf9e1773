"""Regions that are merged, founded and dissolved: what comes to whom, looked at first and then carried over."""
