"""Jobs of the tests: one that tells, one that refuses, one that fails, one that is overtaken in the middle."""

from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import AuditEvent, Job
from platforms.pages.in_background import Work, background


@background
def tells(work: Work) -> None:
    work.tell(f"已处理 {work.asked.get('what', '')}。", "/desk/")
    work.keep("结果.txt", b"done", "text/plain")


@background
def refuses(work: Work) -> None:
    work.keep("结果.txt", b"half", "text/plain")
    with work.ending():
        audit.record(verb="写到一半", by=work.by, at=work.job.created_at)
        raise Refusal("内容有变化，未写入。")


@background
def fails(work: Work) -> None:
    with work.ending():
        audit.record(verb="写到一半", by=work.by, at=work.job.created_at)
        raise RuntimeError("out of order")


@background
def overtaken(work: Work) -> None:
    """Another worker begins the job anew while this one is in the middle of it."""
    work.keep("结果.txt", b"mine", "text/plain")
    Job.objects.filter(pk=work.job.pk).update(attempt=work.job.attempt + 1)
    with work.ending():
        audit.record(verb="写到一半", by=work.by, at=work.job.created_at)


def half_done() -> bool:
    """Say whether anything is left of what was taken back."""
    return AuditEvent.objects.filter(verb="写到一半").exists()
