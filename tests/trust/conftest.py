"""The stage of the access tests, for the cases that cut across the whole house."""

from tests.access.stage import here, stage

__all__ = ["here", "stage"]
