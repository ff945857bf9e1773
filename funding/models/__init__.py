from funding.models.run import AllocationRow, AllocationRun

__all__ = ["AllocationRow", "AllocationRun"]
