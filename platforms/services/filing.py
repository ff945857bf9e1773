"""An application on its way to the city: submitted, returned, submitted again; ``acceptance`` says how it ends."""

from platforms.services.filing_steps import Incomplete
from platforms.services.returns import resubmit, return_for_correction
from platforms.services.submission import OverQuota, submit

__all__ = ["Incomplete", "OverQuota", "resubmit", "return_for_correction", "submit"]
