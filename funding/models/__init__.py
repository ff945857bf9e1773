from funding.runs.models import AllocationRow, AllocationRun

__all__ = ["AllocationRow", "AllocationRun"]
