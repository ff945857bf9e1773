"""An application on its way to the city: submitted, returned, submitted again; ``acceptance`` says how it ends."""

from platforms.applications.services.filing_steps import Incomplete
from platforms.applications.services.returns import resubmit, return_for_correction
from platforms.applications.services.submission import OverQuota, submit

__all__ = ["Incomplete", "OverQuota", "resubmit", "return_for_correction", "submit"]
