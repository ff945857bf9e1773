"""Regions, towns and parks: models, lists by Excel, and the files that they are loaded from."""
