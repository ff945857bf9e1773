from funding.admin import runs

__all__ = ["runs"]
