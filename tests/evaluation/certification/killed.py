"""Approve a plan in processes of their own and kill each at another step: ``python -m …killed PLAN STEPS...``.

Django is loaded once; each step is a fork that kills itself with SIGKILL before that query of the approval, as a power
cut would. ``commit`` stands for the moment after the transaction was kept and before anybody was told.
"""

import os
import signal
import sys
from typing import Any

from django.db import connections, transaction


class KilledAt:
    """Kills its process before query number ``step``, and counts."""

    def __init__(self, step: int) -> None:
        self.left = step

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1
        return execute(sql, params, many, context)


def approve(plan: int, step: str) -> None:
    """Approve the plan with the key ``plan``; never returns."""
    from evaluation.certification.services import plans
    from evaluation.models import PublicationPlan
    from platforms.models import User
    from tests.evaluation import stage

    row, by = PublicationPlan.objects.get(pk=plan), User.objects.get(username="approver")
    if step == "commit":
        with transaction.atomic():
            plans.approve(plan=row, by=by, at=stage.moment(2020))
            transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
    with connections["default"].execute_wrapper(KilledAt(int(step))):
        plans.approve(plan=row, by=by, at=stage.moment(2020))


def main(plan: int, steps: list[str]) -> None:
    """Print for each of ``steps`` whether it was killed; the first that comes to its end is the last."""
    import django

    django.setup()
    for step in steps:
        child = os.fork()
        if child == 0:
            approve(plan, step)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print(step, "killed" if was_killed else os.waitstatus_to_exitcode(status), flush=True)
        if not was_killed:
            break


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
