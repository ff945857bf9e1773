"""The stage, for every test of the doors."""

from tests.access.stage import built, here, stage

__all__ = ["built", "here", "stage"]
