"""The ten sections of the application form (建设运营申报表), in form order; one table for rail, pages and print."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """One section: ``fields`` are names on the application, ``rows`` the kinds of rows below it.

    ``county_fields`` may be filled by the officer only, never through a fill link.
    """

    number: int
    slug: str
    title: str
    fields: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    county_fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowKind:
    """One kind of row below the form: the ``section`` it belongs to and the names of its columns."""

    name: str
    section: str
    title: str
    fields: tuple[str, ...]


SECTIONS = (
    Section(
        1,
        "platform",
        "平台信息",
        (
            "name",
            "name_reason",
            "address",
            "longitude",
            "latitude",
            "opening_hours",
            "service_phone",
            "introduction",
        ),
    ),
    Section(
        2,
        "operator",
        "运营单位",
        (
            "operating_mode",
            "operator_name",
            "operator_code",
            "operator_nature",
            "legal_representative",
            "person_in_charge",
            "contact_name",
            "contact_mobile",
            "contact_phone",
            "contact_email",
            "founded_on",
            "agreement",
            "support_policy",
        ),
    ),
    Section(
        3,
        "venue",
        "场地设施",
        (
            "floor_area",
            "venue_tenure",
            "counters",
            "meeting_rooms",
            "equipment",
            "in_public_affairs_centre",
            "has_unified_sign",
        ),
    ),
    Section(4, "staff", "运营人员", rows=("staff",)),
    Section(5, "services", "服务内容", rows=("services", "partners")),
    Section(
        6,
        "record",
        "服务业绩",
        ("enterprises_served", "events_held", "attendance", "requests_settled", "satisfaction", "typical_cases"),
    ),
    Section(7, "rules", "管理制度", rows=("rules",)),
    Section(
        8,
        "plan",
        "建设运营计划",
        ("target_enterprises", "target_events", "funds_wan", "funds_source", "sustainability"),
    ),
    Section(9, "attachments", "附件", rows=("attachments",)),
    Section(
        10,
        "commitment",
        "承诺与审核意见",
        ("committed", "county_opinion", "county_opinion_on"),
        county_fields=("county_opinion", "county_opinion_on"),
    ),
)

#: The kinds of rows that ``save_rows`` replaces as a whole; attachments come and go one by one.
ROW_KINDS = (
    RowKind(
        "staff",
        "staff",
        "运营人员",
        ("name", "sex", "education", "qualification", "post", "full_time", "years", "mobile"),
    ),
    RowKind(
        "services", "services", "服务内容", ("free_service", "service_class", "content", "is_free", "fee_standard")
    ),
    RowKind("partners", "services", "合作机构", ("name", "service_class")),
    RowKind("rules", "rules", "管理制度", ("kind", "title", "is_public")),
)


def section(slug: str) -> Section:
    """Return the section called ``slug``.

    Raises:
        KeyError: there is none; a programming error or a forged address.
    """
    return {each.slug: each for each in SECTIONS}[slug]


def row_kind(name: str) -> RowKind:
    """Return the kind of rows called ``name``.

    Raises:
        KeyError: there is none; a programming error or a forged address.
    """
    return {each.name: each for each in ROW_KINDS}[name]
