"""What the stage holds of work in the background: a marked sheet that was taken in, with what came of it."""

from datetime import UTC, datetime

from platforms.background.services import jobs
from platforms.models import Job
from platforms.service_records.desk.sheet import take_in_sheet
from tests.access.world import Side

AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)


def waited(side: Side) -> None:
    """A job of the side's officer that is done and has a file."""
    officer, mark = side.officer, side.mark
    asked = jobs.start(
        task=take_in_sheet.module_path, title=mark.text("job"), by=officer, at=AT, total=3,
        asked={"name": mark.text("sheet") + ".xlsx"}, content=b"sheet",
    )  # fmt: skip
    job = jobs.begin(key=asked.pk, worker="one", at=AT)
    assert job is not None
    jobs.keep_result(job=job, name=mark.text("result") + ".xlsx", content=b"result", media_type="text/plain")
    with jobs.ending(job=job):
        job.sentence, job.finished_at = mark.text("done"), AT


def job_pk(side: Side) -> int:
    """The job of the side."""
    return Job.objects.get(by=side.officer).pk
