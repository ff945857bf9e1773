"""What the rooms show in the back office; imported here so that Django finds it."""

import funding.payments.admin.batches
import funding.releases.admin.releases  # noqa: F401
from funding.runs.admin.runs import AllocationRunAdmin, Beside
from funding.trials.admin import page as trials

AllocationRunAdmin.beside.append(Beside(trials.SLUG, trials.LABEL, trials.what_if))
