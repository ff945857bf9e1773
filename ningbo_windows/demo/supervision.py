"""What was found at invented platforms and mended, and the calls after invented services."""

from datetime import timedelta

from django.db.models import F

from ningbo_windows.demo.calendar import at
from ningbo_windows.demo.drawing import Draw
from ningbo_windows.demo.world import World
from platforms.applications.queries.standings import in_operation
from platforms.follow_ups import services as follow_ups
from platforms.follow_ups.services import Rule
from platforms.mail.choices import MailKind, MailState
from platforms.models import AuditEvent, FollowUpSample, Mail, Platform, Rectification, ServiceRecord, User
from platforms.rectifications import services as rectifications

#: Region by its part, finder, clause, problem, days ago that it was opened, days from today until which it is to be
#: mended, what was answered, and how far it came. Opened in this order.
FOUND = (
    ("甲", "city_hub", "conditions.linked", "与市企业服务平台的数据接口中断，6月以来没有上传服务记录。", 160, -130,
     "已更换网关并补传两个月的服务记录。", "closed"),
    ("乙", "city", "conditions.venue", "门楣标识没有按统一样式更换，服务大厅没有公示服务时间。", 120, -90,
     "已更换标识，公示牌已上墙。", "closed"),
    ("己", "city", "conditions.rules", "收费标准没有公开，现场公示的是两年前的版本。", 90, -60, "", "withdrawn"),
    ("丁", "city_hub", "conditions.team", "专职人员由 4 人减少到 1 人，达不到申报时的承诺。", 60, 6,
     "已新招 1 人，另 2 人正在办理入职。", "reopened"),
    ("庚", "county_hub", "conditions.activities", "连续两个季度没有参加县级枢纽平台组织的服务活动。", 45, -4,
     "", "opened"),
    ("甲", "city", "conditions.free", "抽查发现政策辅导向企业收取资料费。", 40, 9,
     "已退还资料费，并在大厅公示公益性服务免费清单。", "answered"),
    ("甲", "county", "conditions.linked", "服务记录的企业统一社会信用代码大面积缺失。", 38, -2, "", "opened"),
    ("丙", "city_hub", "named.indicator", "企业满意度低于全市平均。", 35, 12, "", "opened"),
)  # fmt: skip
CHECKED = {"closed": "资料齐全，现场复核无误。", "reopened": "入职材料不全，请在到岗后重新答复。"}
_SIZE, _OPEN = 20, 6
_NOTES = ("企业表示办事快，态度好。", "", "", "希望多推送政策信息。", "")


def mend(world: World) -> None:
    """Let the city and some counties find what is wrong; some of it is mended, some late.

    Everything lies more than 25 days back, so that the log stays in the order of time.
    """
    steps: list[tuple[int, int, str]] = []
    for place, line in enumerate(FOUND):
        if not world.stage.code(line[0]):
            continue
        ago, target = line[4], line[7]
        steps.append((ago, place, "open"))
        if line[6]:
            steps.append((ago - 6, place, "answer"))
        if target in ("closed", "reopened", "withdrawn"):
            steps.append((ago - 8, place, target))
    rows: dict[int, Rectification] = {}
    for ago, place, step in sorted(steps, key=lambda each: (-each[0], each[1])):
        rows[place] = _step(world, rows.get(place), FOUND[place], step, ago, place)
    # Those of the past went out long ago.
    Mail.objects.filter(kind=MailKind.RECTIFY).update(state=MailState.SENT, sent_at=F("created_at"), problem="")


def _step(world: World, row: Rectification | None, line: tuple, step: str, ago: int, place: int) -> Rectification:
    part, finder, clause, problem, _, until, answer, _ = line
    region = world.stage.code(part)
    moment = at(world.today - timedelta(days=ago), 9 + place, 7 * place)
    officer, found_by = world.officers[region], world.people["city"]
    if finder.startswith("county"):
        found_by = officer
    due_on = world.today + timedelta(days=until)
    if row is None:
        at_work = in_operation(Platform.objects.filter(region__code=region), moment.date()).order_by("code")
        platform = at_work[place % at_work.count() % 3]
        indicator = "服务满意度" if clause == "named.indicator" else ""
        return rectifications.open_one(
            platform=platform, finder=finder, clause=clause, indicator=indicator, problem=problem, due_on=due_on,
            by=found_by, at=moment,
        )  # fmt: skip
    if step == "answer":
        return rectifications.answer(
            rectification=row, text=answer, answered_for="platform", version=1, by=officer, at=moment
        )
    if step == "closed":
        return rectifications.close(rectification=row, text=CHECKED[step], version=2, by=found_by, at=moment)
    if step == "reopened":
        return rectifications.reopen(
            rectification=row, text=CHECKED[step], due_on=due_on, version=2, by=found_by, at=moment
        )
    reason = "经核实为公示牌更换期间拍摄，收费标准已公开。"
    return rectifications.withdraw(rectification=row, text=reason, version=1, by=found_by, at=moment)


def call(world: World) -> None:
    """Let 甲 and the city draw a sample of the services of the last months, and make most of the calls."""
    if not ServiceRecord.objects.exists():
        return
    draw = Draw(f"回访 {world.scale}")
    # Nothing in the log is older than what stands before it.
    moment = AuditEvent.objects.order_by("-serial").values_list("at", flat=True)[0]
    first, last = world.today - timedelta(days=120), world.today - timedelta(days=1)
    for by in (world.officers[world.stage.code("甲")], world.people["city"]):
        seed = f"{draw.between(10_000_000, 99_999_999)}"
        rule = Rule(from_on=first, until_on=last, size=_SIZE, seed=seed, by_platform=True)
        sample = follow_ups.draw_sample(rule=rule, by=by, at=moment)
        _make_calls(sample, by, draw)


def _make_calls(sample: FollowUpSample, by: User, draw: Draw) -> None:
    for each in sample.calls.order_by("position")[: _SIZE - _OPEN]:
        odd = draw.between(1, 10)
        result = "not_reached" if odd == 1 else "not_confirmed" if odd == 2 else "confirmed"
        confirmed = result == "confirmed"
        follow_ups.note_call(
            call=each, result=result, version=1, by=by, at=sample.drawn_at,
            satisfaction=(2 if odd == 3 else draw.between(4, 5)) if confirmed else None,
            fee_taken=(each.recorded_fee > 0 or odd == 4) if confirmed else None,
            note=draw.one(_NOTES) if confirmed else "企业表示没有接受过这项服务。" if odd == 2 else "",
        )  # fmt: skip
