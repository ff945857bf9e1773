"""Rows for tests, made through the services where a service exists; each call makes what its name says."""

import csv
import hashlib
import io
import tomllib
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from stdnum.cn import uscc

from evaluation.models import Indicator, Scheme
from evaluation.schemes import default_scheme as default_scheme_rows
from evaluation.schemes.services import load_default_scheme
from platforms import stored_files
from platforms import values as values_services
from platforms.applications import attachment_needs
from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.wording import TABLES
from platforms.applications.sections import row_kind
from platforms.applications.sections import section as section_of
from platforms.applications.services import attachments, filing, ownership, questions
from platforms.applications.services import drafts as applications
from platforms.applications.services import rows as application_rows
from platforms.applications.services.values import clean_values
from platforms.audit.services import audit
from platforms.cases.choices import ComplaintFinding
from platforms.cases.services import complaint_cases
from platforms.choices import PlatformType, Role
from platforms.models import (
    Activity,
    Application,
    Attachment,
    Complaint,
    Liaison,
    Notice,
    Park,
    Phase,
    Platform,
    Question,
    Region,
    Round,
    Standing,
    Town,
    User,
)
from platforms.notices.models import value_of
from platforms.notices.services import load_notices
from platforms.periodic_reports.services import acceptance
from platforms.rounds.choices import RoundStatus
from platforms.rounds.services import liaisons

PASSWORD = "Correct-horse-9"
#: The notice that comes with the reference files.
NOTICE = "甬两创办〔2020〕5号"


def regions() -> dict[str, Region]:
    """The 17 regions of the reference file, by code."""
    made = {region.code: region for region in Region.objects.all()}
    with (settings.REFERENCE_DIR / "regions.csv").open(encoding="utf-8") as file:
        missing = [row for row in csv.DictReader(file) if row["code"] not in made]
    # The committees after the counties in which they lie.
    for committees in (False, True):
        new = Region.objects.bulk_create(
            Region(code=row["code"], name=row["name"], kind=row["kind"], host=made.get(row["host_code"]))
            for row in missing
            if bool(row["host_code"]) == committees
        )
        made |= {region.code: region for region in new}
    return made


def printed_in_2020() -> dict[str, str]:
    """The numbers of the clauses of 2020 by key, from the reference file."""
    with (settings.REFERENCE_DIR / "notices" / "2020-5.toml").open("rb") as file:
        return {key: number for key, (number, _) in tomllib.load(file)["clauses"].items()}


def notice() -> Notice:
    """The notice of 2020 from the reference files."""
    there = Notice.objects.filter(number=NOTICE).first()
    if there is None:
        load_notices(folder=settings.REFERENCE_DIR / "notices", at=datetime(2020, 3, 18, tzinfo=UTC))
        there = Notice.objects.get(number=NOTICE)
    # As in a process that has run for a while: no page of a test is the first to read it.
    value_of(there.pk)
    return there


def default_scheme() -> Scheme:
    """The product's own scheme under the notice of 2020, for rounds of which nothing is recorded.

    A draft of it goes by the figures of the form, and what only records could tell is scored.
    """
    notice()
    scheme = load_default_scheme()
    rows = Indicator.objects.filter(scheme=scheme, scheme__status="draft")
    for code, source in default_scheme_rows.STATED.items():
        rows.filter(code=code).update(source=source)
    rows.filter(code="hubs").update(method="scored", source="", tiers=[])
    return scheme


def invented_notice(number: str = "甬经信〔2027〕1号", **terms: Any) -> Notice:
    """An approved notice that prints 第1条, 第2条, … for the clauses; its other terms are those of 2020."""
    model = notice()
    clauses = [each | {"number": f"第{place}条"} for place, each in enumerate(model.clauses, start=1)]
    return Notice.objects.create(
        number=number, title="试验通知", issuers=["宁波市经济和信息化局"], issued_on=date(2020, 1, 1),
        terms=model.terms | terms, clauses=clauses, status="approved", made_at=model.made_at,
        approved_at=model.made_at,
    )  # fmt: skip


def round_of(year: int, status: str = RoundStatus.FILING, **fields: Any) -> Round:
    """A round of ``year`` with its four phases and the cap of 15 million yuan."""
    made = Round.objects.create(
        notice=fields.pop("notice", None) or notice(),
        year=year,
        title=f"{year}年度窗口平台建设",
        status=status,
        cap_yuan=fields.pop("cap_yuan", 15_000_000),
        report_due_on=fields.pop("report_due_on", date(year, 4, 17)),
        **fields,
    )
    Phase.objects.bulk_create(
        Phase(round=made, number=number, starts_on=start, ends_on=end)
        for number, start, end in (
            (1, date(year, 3, 18), date(year, 4, 17)),
            (2, date(year, 4, 18), date(year, 5, 20)),
            (3, date(year, 5, 21), date(year, 7, 25)),
            (4, date(year, 7, 26), date(year, 9, 28)),
        )
    )
    return made


def person(username: str, role: str, **fields: Any) -> User:
    """An account of ``role`` with the test password, which need not be changed first."""
    return User.objects.create_user(
        username, PASSWORD, name=f"{username}员", role=role, must_change_password=False, **fields
    )


def assessor(username: str, **fields: Any) -> User:
    """An account of an assessor, who works for an institute of its own."""
    return person(username, Role.ASSESSOR, **{"employer": f"{username}研究院"} | fields)


def officer(username: str, region: Region) -> User:
    """A county officer of ``region``."""
    return person(username, Role.COUNTY, region=region)


def town(region: Region, name: str = "测试街道", **fields: Any) -> Town:
    """A town of ``region`` with a code of its own."""
    number = Town.objects.filter(region=region).count() + 1
    fields = {"code": f"{region.code}{number:03d}", "kind": "subdistrict"} | fields
    return Town.objects.create(region=region, name=name, **fields)


def park(region: Region, name: str = "测试小微企业园", **fields: Any) -> Park:
    """A park on record in ``region``."""
    number = Park.objects.count() + 1
    return Park.objects.create(region=region, name=name, **({"code": f"XWY-{number:03d}"} | fields))


def standing(platform: Platform, **facts: Any) -> Platform:
    """Let ``platform`` stand under a certificate from its acceptance on and for as long as any test runs."""
    usual = {"certificate": f"NB-{platform.code}", "starts_on": platform.accepted_on, "ends_on": date(2099, 12, 31)}
    values = usual | {"notice": facts.get("notice") or notice()} | facts
    known_at = datetime.combine(values["starts_on"], time(2), UTC)
    Standing.objects.create(platform=platform, known_at=known_at, **values)
    return platform


def question(round_: Round, by: User, at: datetime, kind: str = "text", **values: Any) -> Question:
    """A question of ``round_`` in the section 场地设施, added by ``by``."""
    usual = {"section": "venue", "text": f"补充{kind}", "kind": kind}
    if kind == "choice":
        usual["options"] = "已开通\n未开通"
    return questions.add(round=round_, values=usual | values, by=by, at=at)


PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = (
    b"\x89PNG\r\n\x1a\n"
    b"\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
    b"\xff\xda\x00\x08\x01\x01\x00\x00?\x00\x7f\xff\xd9"
)


_MAIN_TYPES = {
    "word/document.xml": "wordprocessingml.document.main+xml",
    "xl/workbook.xml": "spreadsheetml.sheet.main+xml",
}


def office_file(main_part: str = "word/document.xml", **parts: bytes) -> bytes:
    """A docx (or, by its main part, an xlsx) with further ``parts``, whose names carry __ for / and ___ for a dot."""
    contents = {"[Content_Types].xml": f"<Types>{_MAIN_TYPES[main_part]}</Types>".encode(), main_part: b"<document/>"}
    contents |= {name.replace("___", ".").replace("__", "/"): content for name, content in parts.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in contents.items():
            # Without a date of its own the same file is the same bytes in every process.
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)
    return file.getvalue()


def upload(name: str = "证明.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def credit_code(number: int = 1, prefix: str = "91330212MA") -> str:
    """The credit code number ``number`` of an invented unit, with a right check character."""
    body = f"{prefix}{number:0{17 - len(prefix)}d}"
    return body + uscc.calc_check_digit(body)


OPERATOR = {
    "operating_mode": "direct",
    "operator_name": "测试服务中心",
    "operator_code": credit_code(1, "12330212"),
    "operator_nature": "institution",
    "legal_representative": "王法人",
    "person_in_charge": "李负责",
    "contact_name": "张联系",
    "contact_mobile": "13800138000",
    "contact_phone": "0574-87654321",
    "contact_email": "contact@example.cn",
    "founded_on": date(2015, 5, 20),
}

#: 三·(四): what differs where an association runs the platform.
ASSOCIATION = {"operator_nature": "association", "operator_code": credit_code(1, "51330200")}

FORM: dict[str, dict[str, Any]] = {
    "platform": {
        "address": "测试路1号",
        "opening_hours": "工作日 9:00—17:00",
        "service_phone": "0574-87180000",
        "introduction": "为辖区中小微企业提供公益性服务。",
    },
    "operator": OPERATOR,
    "venue": {
        "floor_area": "120.5",
        "venue_tenure": "owned",
        "counters": 3,
        "meeting_rooms": 1,
        "equipment": "电脑、投影仪",
        "in_public_affairs_centre": True,
        "has_unified_sign": False,
    },
    "record": {"enterprises_served": 0, "events_held": 0, "attendance": 0, "requests_settled": 0},
    "plan": {
        "target_enterprises": 200,
        "target_events": 12,
        "funds_wan": "30",
        "funds_source": "财政预算",
        "sustainability": "纳入年度预算。",
    },
    "commitment": {"committed": True, "county_opinion": "同意推荐。", "county_opinion_on": date(2020, 3, 20)},
}

ROWS: dict[str, list[dict[str, Any]]] = {
    "staff": [
        {"name": "王一", "sex": "female", "education": "bachelor", "post": "主任", "full_time": True, "years": 5},
        {"name": "李二", "sex": "male", "education": "college", "post": "专员", "full_time": False, "years": 1},
    ],
    "services": [
        {"free_service": "policy", "content": "政策宣讲"},
        {"free_service": "problems", "content": "困难帮办"},
        {"free_service": "needs", "content": "需求对接"},
        {"service_class": "finance", "content": "融资对接", "is_free": False, "fee_standard": "每次500元"},
    ],
    "partners": [{"name": "测试律师事务所", "service_class": "law"}],
    "rules": [
        {"kind": "process", "title": "服务流程", "is_public": True},
        {"kind": "standard", "title": "服务标准", "is_public": True},
        {"kind": "fees", "title": "收费标准", "is_public": True},
    ],
}

#: Kind (with the rule behind a colon) and name.
FILES = (
    ("credit_code", "证书"),
    ("venue", "场地"),
    ("rule:process", "流程"),
    ("rule:standard", "标准"),
    ("rule:fees", "收费"),
)


def liaison(round_: Round, region: Region, by: User, at: datetime) -> Liaison:
    """The liaison officer of ``region``, named through the service."""
    return liaisons.name_liaison(
        round=round_, region=region, name="赵联络", post="科长", phone="0574-88000000", by=by, at=at
    )


def draft(by: User, round_: Round, at: datetime, *, type: str = PlatformType.TOWN, **place: Any) -> Application:
    """An empty draft made by ``by``; without a place a fresh one is made that goes with ``type``."""
    region = None if type == PlatformType.INDUSTRY else by.region
    count = Application.objects.count() + 1
    if type == PlatformType.TOWN and "town" not in place:
        place["town"] = town(by.region, f"测试{count}街道")
    if type == PlatformType.PARK and "park" not in place:
        place["park"] = park(by.region, f"测试{count}小微企业园")
    if type == PlatformType.INDUSTRY:
        place = {"association": f"宁波市测试{count}行业协会", "industry_chain": "测试产业链"} | place
    return applications.create(round=round_, type=type, region=region, by=by, at=at, **place)


@transaction.atomic
def fill(application: Application, by: User, at: datetime, **changes: Any) -> Application:
    """Fill every section of ``application``; ``changes`` are fields that differ from the usual answers.

    A draft that holds nothing yet is filled in a few statements instead of through ten services; that both ways lead
    to the same rows is proven by ``tests/test_factories.py``.
    """
    if application.type == PlatformType.INDUSTRY:
        changes = ASSOCIATION | changes
    rows = {kind: changes.pop(kind, usual) for kind, usual in ROWS.items()}
    sections = {section: {name: changes.pop(name, value) for name, value in FORM[section].items()} for section in FORM}
    for section, values in sections.items():
        values |= {name: changes.pop(name) for name in list(changes) if name in section_of(section).fields}
    assert not changes, f"no such field: {changes}"
    if application.version > 1:
        return _fill_by_services(application, sections, rows, by, at)
    columns: dict[str, Any] = {}
    log = []
    for section, values in sections.items():
        cleaned = clean_values(Application, values)
        changes = values_services.described_changes(application, cleaned)
        log.append(audit.Entry(verb=f"填写{section_of(section).title}", target=application, changes=changes))
        columns |= cleaned
    for kind, usual in rows.items():
        model, title = TABLES[kind], row_kind(kind).title
        made = [application_rows._clean_row(model, row_kind(kind).fields, row, 1) for row in usual]
        model._default_manager.bulk_create(model(application=application, **row) for row in made)
        changes = {title: [[], [values_services.row_in_words(model, row) for row in made]]}
        log += [audit.Entry(verb=f"填写{title}", target=application, changes=changes)] * bool(made)
    audit.record_many(log, by=by, at=at)
    Application.objects.filter(pk=application.pk).update(**columns, version=1 + len(log), saved_at=at)
    return ownership.locked(application)


def _fill_by_services(
    application: Application, sections: Mapping[str, Any], rows: Mapping[str, Any], by: User, at: datetime
) -> Application:
    for section, values in sections.items():
        application = applications.save_section(
            application=application, section=section, values=values, version=application.version, by=by, at=at
        )
    for kind, made in rows.items():
        application = application_rows.save_rows(
            application=application, section=kind, rows=made, version=application.version, by=by, at=at
        )
    return application


def on_disk(stored_name: str) -> Path:
    """Where a kept file lies in the tests."""
    return Path(settings.MEDIA_ROOT) / stored_name


@transaction.atomic
def attach(application: Application, by: User, at: datetime, files: Any = FILES) -> Application:
    """Keep a small PDF of its own for each pair of kind and name, the first ones of a draft at once, as ``fill``."""
    empty = application.status == ApplicationStatus.DRAFT and not application.attachments.exists()
    if not empty or any(kind == "stamped" for kind, _ in files):
        return _attach_by_service(application, by, at, files)
    made = []
    for pair, name in files:
        kind, _, rule = pair.partition(":")
        content = PDF + name.encode()
        digest = hashlib.sha256(content).hexdigest()
        stored_name = stored_files.name_of(application.pk, digest)
        path = on_disk(stored_name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        made.append(
            Attachment(
                application=application, kind=kind, rule_kind=rule, shown_name=f"{name}.pdf", stored_name=stored_name,
                media_type="application/pdf", size=len(content), digest=digest, uploaded_at=at, uploaded_by=by,
            )
        )  # fmt: skip
    Attachment.objects.bulk_create(made)
    log = (
        audit.Entry(
            verb="上传附件",
            target=application,
            changes={attachment_needs.label_of(file.kind, file.rule_kind): [None, file.shown_name]},
        )
        for file in made
    )
    audit.record_many(list(log), by=by, at=at)
    return application


def _attach_by_service(application: Application, by: User, at: datetime, files: Any) -> Application:
    for kind, name in files:
        file, (kind, _, rule) = upload(f"{name}.pdf", PDF + name.encode()), kind.partition(":")
        attachments.add(application=application, kind=kind, rule_kind=rule, upload=file, by=by, at=at)
    return application


def complete_application(by: User, round_: Round, at: datetime, *, files: Any = FILES, **fields: Any) -> Application:
    """A draft of ``by`` with nothing missing, the liaison officer named; ``fields`` as for ``draft`` and ``fill``."""
    place = {name: fields.pop(name) for name in ("type", "town", "park", "association", "industry_chain")
             if name in fields}  # fmt: skip
    made = attach(fill(draft(by, round_, at, **place), by, at, **fields), by, at, files)
    if by.region:
        liaison(round_, by.region, by, at)
    return made


def submitted(by: User, round_: Round, at: datetime, **fields: Any) -> Application:
    """A submitted application of ``by``."""
    made = complete_application(by, round_, at, **fields)
    return filing.submit(application=made, version=made.version, by=by, at=at, over_quota_reason="测试")


def returned(
    by: User, round_: Round, at: datetime, *, city: User, reason: str = "请补充场地材料", **fields: Any
) -> Application:
    """A submitted application of ``by`` that ``city`` returned."""
    made = submitted(by, round_, at, **fields)
    return filing.return_for_correction(application=made, reason=reason, by=city, at=at)


def accepted(by: User, round_: Round, at: datetime, *, city: User, **fields: Any) -> Application:
    """A submitted application of ``by`` that ``city`` accepted; it has a platform."""
    return acceptance.accept(application=submitted(by, round_, at, **fields), by=city, at=at)


def decided(complaint: Complaint, *, by: User, city: User, at: datetime, move: str = "verify") -> Complaint:
    """``complaint`` looked into by ``by`` and decided by ``city``."""
    finding = ComplaintFinding.SUPPORTED if move == "verify" else ComplaintFinding.UNSUPPORTED
    complaint_cases.examine(complaint=complaint, finding=finding, text="已与企业核对", by=by, at=at)
    return complaint_cases.decide(
        complaint=complaint, move=move, reason="经查明", outcome="已核查完毕。", by=city, at=at
    )


def activity_of(by: User, *, held_on: date, **fields: Any) -> Activity:
    """An activity of the side of ``by`` that was held on ``held_on`` and reported on the same day."""
    at = datetime.combine(held_on, time(4), UTC)
    values = {
        "number": f"HD{Activity.objects.count() + 1:04d}", "organiser": "county_hub", "kind": "policy",
        "service_class": "information", "status": "reported", "reported_at": at, "reported_by": by, "people": 30,
        "enterprises": 12, "title": "政策宣讲",
    }  # fmt: skip
    return Activity.objects.create(
        region=by.region, held_on=held_on, place="服务大厅", planned_at=at, planned_by=by, **values | fields
    )
