"""What an evaluation knows of a certified platform, noted in the register of grounds by a person (N29)."""

from datetime import date, datetime

from evaluation.certification.queries.certifications import noteworthy
from evaluation.models import Certification
from platforms.cases.choices import GroundSource
from platforms.cases.services import grounds
from platforms.errors import Gone
from platforms.models import Ground, User


def note(*, certification: Certification, key: str, text: str, on: date, by: User, at: datetime) -> Ground:
    """Note what ``key`` names among ``queries.certifications.noteworthy``, with the facts in ``text``.

    Raises:
        Gone: it is noted already, or the evaluation no longer says it.
        Refusal: ``by`` may not, no text, or a day to come.
    """
    found = next((each for each in noteworthy(certification) if each.key == key), None)
    if found is None:
        raise Gone("这件事已经登记过，或评价记录已经改变，请刷新页面后查看。")
    return grounds.note(
        platform=certification.result.platform, ground=found.ground, text=text, happened_on=on,
        source=GroundSource.EVALUATION, key=key, by=by, at=at,
    )  # fmt: skip
