"""The stage, for every test of the doors."""

from tests.access.stage import here, stage

__all__ = ["here", "stage"]
