"""Several published rounds with all that can become of a line: for tests of what the public finds."""

from datetime import UTC, date, datetime
from typing import Any

from evaluation.models import Certification, Publication, Result
from platforms.models import Platform, Region
from platforms.pinyin import searchable
from tests import factories
from tests.evaluation.amendments.amending import corrected
from tests.evaluation.revocation.revoking import revoked
from tests.evaluation.stage import moment, published_round

#: On this day the certificates of 2024 and 2025 hold.
DAY = datetime(2026, 10, 10, 2, tzinfo=UTC)
LAW = {"free_service": "", "service_class": "law", "content": "法律咨询", "is_free": True, "fee_standard": ""}


def by_hand(publication: Publication, like: str, code: str, **columns: Any) -> None:
    """One more line of a round of a platform of its own, as that of the platform ``like`` with other columns."""
    platform = Platform.objects.filter(code=like).values().get()
    kept = Result.objects.filter(publication=publication, code=like).values().get()
    del platform["id"], kept["id"]
    town = factories.town(Region.objects.get(pk=platform["region_id"]), code[-3:])
    own = Platform.objects.create(**(platform | {"code": code, "operator_code": f"91{code}", "town_id": town.pk}))
    more = {"code": code, "platform_id": own.pk, "assessment_id": None}
    Result.objects.create(**(kept | more | columns))


def several_rounds() -> None:
    """2022 ran out; of 2024 one was corrected; of 2025 one is revoked, and one D offers advice on law alone."""
    made = [
        published_round({"330282": {"A": 1}}, year=2022),
        published_round({"330212": {"C": 2}, "330282": {"A": 1, "B": 1}}, year=2024),
        published_round({"330212": {"A": 2, "D": 1}, "HY": {"B": 1}}, year=2025),
    ]
    revoked(
        Certification.objects.get(result__code="330212-002", result__publication=made[2]),
        "other",
        on=date(2025, 11, 3),
        at=moment(2026),
    )
    old = Result.objects.get(publication=made[1], code="330282-002")
    corrected(old, grade="A", grade_reason="申诉成立。", on=date(2026, 10, 1), at=DAY)
    pretends = {**LAW, "service_class": "market", "content": '"service_class": "finance"'}
    by_hand(made[2], "330212-003", "330212-900", services=[LAW])
    by_hand(made[0], "330282-001", "330282-900", services=[pretends])


def named_round() -> None:
    """One more line of 2024 with a certificate: a town that no other round knows."""
    publication = Publication.objects.get(round__year=2024)
    region = Region.objects.get(code="330211")
    name = "镇海区骆驼街道窗口平台（骆驼）"
    site = {"region_id": region.pk, "site_name": "骆驼街道", "operator_name": "镇海企业服务有限公司"}
    by_hand(publication, "330212-001", "330211-901", name=name, pinyin=searchable(name), **site)
    Certification.objects.create(
        result=Result.objects.get(code="330211-901"),
        number="甬窗〔2024〕9号",
        valid_from=date(2024, 9, 28),
        valid_until=date(2027, 9, 27),
    )
