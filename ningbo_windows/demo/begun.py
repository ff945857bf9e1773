"""A draft that somebody is in the middle of: rows that were only begun, a telephone number with a digit too few."""

from datetime import timedelta

from ningbo_windows.demo.world import World
from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.forms import rows_of
from platforms.applications.services import drafts as applications
from platforms.models import Application, Round

BEGUN = {
    "services": {"service_class": "law", "content": "合同文本审查", "is_free": False, "fee_standard": ""},
    "staff": {"name": "沈待定", "sex": "female", "full_time": False},
}
NUMBER = "5743-8721"


def leave_open(world: World, row: Round) -> None:
    """Leave one draft of 甲 as a person leaves it at noon: nothing of it is lost, and the rail counts it."""
    region = world.stage.code("甲")
    drafts = Application.objects.filter(round=row, region__code=region, status=ApplicationStatus.DRAFT)
    draft = drafts.filter(submitted_at=None).exclude(operator_name="").order_by("number").first()
    if draft is None:
        return
    by, at = world.officers[region], draft.saved_at + timedelta(minutes=20)
    for kind, begun in BEGUN.items():
        rows = [*rows_of(draft, kind), begun]
        draft = applications.save_rows(application=draft, section=kind, rows=rows, version=draft.version, by=by, at=at)
    applications.save_section(
        application=draft, section="operator", values={"contact_phone": NUMBER}, version=draft.version, by=by, at=at
    )
