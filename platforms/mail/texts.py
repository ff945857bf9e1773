"""The texts of the mails: which placeholders there are, what may stand in them, and how they are filled in.

A placeholder is **trusted** where the system makes its value (numbers, dates, counts, names on record, links), else it
is **untrusted**: somebody typed it, and an official mail must not carry what a stranger smuggles in. Untrusted values
are made plain (:func:`plain`) and, but for the name of the platform, never stand in a subject.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from platforms.identity import ours
from platforms.notices.clauses import Cited, cited

#: What the columns hold; a template is refused when its filled-in text could be longer.
MOST_SUBJECT = 120
MOST_BODY = 4000

REMINDER, RECEIVED, RETURNED, ACCEPTED, EXCEPTION = "reminder", "received", "returned", "accepted", "exception"
ACCEPTED_MANY = "accepted_many"
DUE, RECTIFY, LINK, COMPLAINT = "due", "rectify", "link", "complaint"
INVITED, REARRANGED, CALLED_OFF = "invited", "rearranged", "called_off"
ABOUT_ONE = (RETURNED, ACCEPTED, RECTIFY, COMPLAINT)
ACTIVITY = (INVITED, REARRANGED, CALLED_OFF)
SELF_REPORT, SELF_DUE, SELF_OWED = "self_report", "self_due", "self_owed"
SELF = (SELF_REPORT, SELF_DUE, SELF_OWED)
NOTICE, OBJECTION, OBJECTED, HEARING = "notice", "objection", "objected", "hearing"
PUBLISHED, AMENDED, REVOKED, EXPIRING = "published", "amended", "revoked", "expiring"
ALLOCATED = "allocated"
DECIDED = (NOTICE, OBJECTION, OBJECTED, HEARING, PUBLISHED, AMENDED, REVOKED, EXPIRING)
ALL = (REMINDER, RECEIVED, RETURNED, ACCEPTED, ACCEPTED_MANY, EXCEPTION, DUE, RECTIFY, LINK, COMPLAINT, *ACTIVITY,
       *SELF, *DECIDED, ALLOCATED)  # fmt: skip


@dataclass(frozen=True)
class Placeholder:
    """One ``{mark}`` of the texts.

    ``name`` is its key in the context of a mail, ``most`` the longest value in characters, ``instead`` what is said
    where the value is empty; None means that a mail without the value is not written at all. ``in_subject`` says
    whether a subject may hold it.
    """

    name: str
    mark: str
    trusted: bool
    kinds: tuple[str, ...]
    meaning: str
    example: str | Cited
    most: int
    instead: str | None = None
    in_subject: bool = True
    # Of several lines, each made plain by itself; never in a subject.
    lines: bool = False

    @property
    def shown(self) -> str:
        """The placeholder as it stands in a text."""
        return f"{{{self.mark}}}"


_PLACES = ours().examples

#: The written table: a new placeholder is untrusted unless the system alone makes its value.
PLACEHOLDERS = (
    Placeholder("round", "年度", True, ALL, "申报所属的年度", "2026年度", 10),
    Placeholder("region", "地区", True, ALL, "收件的区县（市）或功能区；重点行业为市经信局", _PLACES.region, 40),
    Placeholder("date", "日期", True, ALL, "生成邮件的日期", "2026年4月10日", 12),
    Placeholder("link", "链接", True, ALL, "办理页面的网址，须登录后才能打开", "https://windows.example/desk/", 200,
                in_subject=False),
    Placeholder("recipient", "收件人", False, ALL, "收件人的单位和姓名", f"{_PLACES.region}工作联络员 赵联络", 80,
                "联络员", in_subject=False),
    Placeholder("deadline", "上报截止日期", True, (REMINDER,), "本年度上报截止的日期", "2026年4月17日", 12),
    Placeholder("reported", "已报份数", True, (REMINDER,), "该地区已上报的申报表份数", "3", 6),
    Placeholder("quota", "名额", True, (REMINDER,), "该地区的指导名额", "9 个", 8, "未下达"),
    Placeholder("receipt", "回执编号", True, (RECEIVED,), "本次上报的回执编号", f"SB-2026-{_PLACES.region_code}-1", 32),
    Placeholder("count", "份数", True, (RECEIVED,), "本次上报的申报表份数", "6", 6),
    Placeholder("reported_at", "上报时间", True, (RECEIVED,), "收到上报的时间", "2026年4月10日 10:00", 24),
    Placeholder("number", "申报编号", True, (RETURNED, ACCEPTED), "申报表的编号", "2026-0012", 16),
    Placeholder("items", "补正处数", True, (RETURNED,), "要求补正的地方有几处", "3", 6, "若干"),
    Placeholder("due", "补正期限", True, (RETURNED,), "应当补正完毕的日期", "2026年4月20日", 24, "未规定，请尽快"),
    Placeholder("accepted_count", "受理份数", True, (ACCEPTED_MANY,), "这封邮件告知受理的申报表份数", "2", 6),
    Placeholder("accepted_list", "受理清单", False, (ACCEPTED_MANY,), "受理的申报表和平台编号，每份一行",
                f"2026-0012“{_PLACES.other_town}窗口平台”，平台编号 {_PLACES.region_code}-003", 2800,
                in_subject=False, lines=True),
    Placeholder("code", "平台编号", True, (ACCEPTED,), "受理后平台的编号", f"{_PLACES.region_code}-003", 24),
    Placeholder("ends_on", "有效期至", True, (EXCEPTION,), "许可的最后一天", "2026年4月30日", 12),
    Placeholder("uses", "可提交份数", True, (EXCEPTION,), "许可之内可以提交的份数", "1", 6),
    Placeholder("order", "整改编号", True, (RECTIFY,), "整改的编号", "ZG-2026-0012", 20),
    Placeholder("mend_by", "整改期限", True, (RECTIFY,), "应当整改完毕并答复的日期", "2026年5月10日", 12),
    Placeholder("complaint", "投诉编号", True, (COMPLAINT,), "投诉的受理编号", "TSA3CDEF4GHJ", 20),
    Placeholder("complaint_by", "办理期限", True, (COMPLAINT,), "投诉应当办结的日期", "2026年5月10日", 12),
    Placeholder("complaint_why", "投诉事由", True, (COMPLAINT,), "收到投诉，或退回重新核查", "收到投诉", 12),
    Placeholder("clause", "整改依据", True, (RECTIFY,), "通知的条款或评价指标",
                cited("{} 互联互通和服务数据", "conditions.linked"), 40),
    Placeholder("occasion", "整改事由", True, (RECTIFY,), "新下发，或答复经复核退回", "需要整改", 12),
    Placeholder("self_due", "自评截止日期", True, SELF, "填报自评的最后一天", "2026年10月12日", 12),
    Placeholder("self_count", "未自评数", True, (SELF_OWED,), "尚未提交自评的平台个数", "2", 6),
    Placeholder("self_list", "未自评平台", False, (SELF_OWED,), "尚未提交自评的平台，每个一行",
                f"2026-0012：{_PLACES.other_town}窗口平台\n2026-0015：{_PLACES.town}窗口平台", 2800,
                in_subject=False, lines=True),
    Placeholder("document", "文号", True, (NOTICE, PUBLISHED, ALLOCATED), "公示或公布文件的文号", "经信〔2026〕12号",
                40, "（未编号）"),
    Placeholder("period", "公示期", True, (NOTICE,), "公示的第一天和最后一天", "2026年9月10日至2026年9月16日", 40),
    Placeholder("listed", "公示平台数", True, (NOTICE,), "拟认定的平台个数", "6", 6),
    Placeholder("failed_list", "拟不予认定平台", False, (NOTICE,), "拟不予认定的平台和理由，每个一行",
                f"{_PLACES.other_town}窗口平台：基本条件未达标", 2600, "（无）", in_subject=False, lines=True),
    Placeholder("objection", "异议编号", True, (OBJECTION, OBJECTED), "异议的受理编号", "YYA3CDEF4GHJ", 20),
    Placeholder("objection_by", "异议答复期限", True, (OBJECTION,), "异议应当答复的日期", "2026年9月25日", 12),
    Placeholder("outcome", "处理结果", True, (OBJECTED,), "采纳、部分采纳、不采纳或不予受理", "采纳", 10),
    Placeholder("answer", "答复意见", False, (OBJECTED,), "书面答复的内容", "经复核，公示内容准确。", 2000,
                in_subject=False, lines=True),
    Placeholder("hearing", "告知书编号", True, (HEARING,), "告知书的编号", "GZ-2026-0012", 20),
    Placeholder("answer_until", "陈述期限", True, (HEARING,), "可以陈述申辩的最后一天", "2026年9月16日", 12),
    Placeholder("intended", "拟办事项", True, (HEARING,), "拟作出的决定", "拟评定为D档，不予认定", 60),
    Placeholder("grounds", "事实和理由", False, (HEARING,), "拟作出决定的事实和理由", "开放时间未达到要求。", 1500,
                in_subject=False, lines=True),
    Placeholder("decided_on", "认定日期", True, (PUBLISHED,), "认定的日期", "2026年9月28日", 12),
    Placeholder("allocated_on", "文件日期", True, (ALLOCATED,), "资金分配文件的日期", "2026年11月20日", 12),
    Placeholder("allocated", "分配金额", True, (ALLOCATED,), "该地区分配的金额；不予支持的、更正的一并说明",
                "9,250,000 元", 80),
    Placeholder("use_due", "使用报告截止日期", True, (ALLOCATED,), "资金使用情况报告的截止日期", "2027年6月30日", 12),
    Placeholder("certified", "认定平台数", True, (PUBLISHED,), "该地区予以认定的平台个数", "5", 6),
    Placeholder("failed", "不予认定平台数", True, (PUBLISHED,), "该地区不予认定的平台个数", "1", 6),
    Placeholder("letter", "通知书编号", True, (PUBLISHED, AMENDED), "结果通知书的编号", "TZ-2026-0012", 24),
    Placeholder("amendment", "更正变更编号", True, (AMENDED,), "更正或变更的编号", "GZB-2026-0003", 20),
    Placeholder("amended", "更正变更内容", False, (AMENDED,), "改了什么，每项一行", "档次：C 改为 B", 1500,
                in_subject=False, lines=True),
    Placeholder("revocation", "撤销编号", True, (REVOKED,), "撤销认定的编号", "CS-2026-0002", 20),
    Placeholder("revoked_on", "撤销日期", True, (REVOKED,), "自该日起不再有效", "2026年10月8日", 12),
    Placeholder("ground", "撤销情形", True, (REVOKED,), "通知所列的撤销情形", "拒不参加评价", 40),
    Placeholder("certificate", "证书编号", True, (AMENDED, REVOKED), "认定证书的编号",
                f"{ours().certificate_prefix}2026-012-H7KQ3", 24, "（无）"),
    Placeholder("expiring", "到期证书数", True, (EXPIRING,), "将要到期的证书张数", "2", 6),
    Placeholder("expiring_days", "提前天数", True, (EXPIRING,), "距到期还有几天", "90", 4),
    Placeholder("expiring_list", "到期证书", False, (EXPIRING,), "将要到期的平台和证书，每个一行",
                f"{_PLACES.other_town}窗口平台（{ours().certificate_prefix}2023-012-H7KQ3）有效期至2026年9月27日", 2600,
                in_subject=False, lines=True),
    Placeholder("platform", "平台名称", False,
                (*ABOUT_ONE, SELF_REPORT, SELF_DUE, OBJECTION, OBJECTED, HEARING, AMENDED, REVOKED),
                "申报的平台名称，由填报人填写", f"{_PLACES.region}{_PLACES.other_town}中小企业公共服务窗口平台", 80,
                "（未填写名称）"),
    Placeholder("operator", "运营单位", False, (RETURNED, ACCEPTED), "运营单位名称，由填报人填写",
                f"{_PLACES.other_town}社区服务中心", 80, "（未填写）", in_subject=False),
    Placeholder("activity", "活动编号", True, ACTIVITY, "服务活动的编号", "HD-2026-0012", 20),
    Placeholder("held_on", "活动日期", True, ACTIVITY, "活动举办的日期", "2026年5月20日", 12),
    Placeholder("answer_by", "答复期限", True, (INVITED, REARRANGED), "受邀平台应当答复的日期", "2026年5月15日", 20,
                "未规定，请尽快"),
    Placeholder("organiser", "举办单位", True, ACTIVITY, "市级枢纽平台、县级枢纽平台或窗口平台", "市级枢纽平台", 10),
    Placeholder("title", "活动名称", False, ACTIVITY, "活动的名称，由安排单位填写", "技术改造政策培训", 60,
                "（未填写）", in_subject=False),
    Placeholder("where", "活动时间地点", False, (INVITED, REARRANGED), "活动的时间和地点，由安排单位填写",
                "14:00，市企业服务中心", 120, "（未填写）", in_subject=False),
    Placeholder("invited", "受邀平台", False, (INVITED, REARRANGED), "受邀的窗口平台，每个一行",
                f"{_PLACES.other_town}窗口平台\n{_PLACES.town}窗口平台", 2400, in_subject=False, lines=True),
    Placeholder("reason", "理由", False, (RETURNED, EXCEPTION, RECTIFY, CALLED_OFF, AMENDED), "经办人填写的理由",
                "场地使用证明尚未备齐。", 1200, "（未填写）", in_subject=False),
    Placeholder("things", "事项数", True, (DUE,), "临近期限和已逾期的事项有几项", "2", 6),
    Placeholder("list", "事项", False, (DUE,), "临近期限和已逾期的事项，每项一行",
                "还有 3 天（2026年4月17日）：上报本年度申报\n已逾期 1 天（2026年4月13日）：补正申报表 2026-0012", 2800,
                in_subject=False, lines=True),
    Placeholder("unlinked", "未联通数", True, (LINK,), "尚未与市级信息系统联通的平台个数", "2", 6),
    Placeholder("silent", "无记录数", True, (LINK,), "已联通但长时间没有服务记录的平台个数", "1", 6),
    Placeholder("platforms", "平台清单", False, (LINK,), "未联通和长时间没有服务记录的平台，每个一行",
                f"未联通：{_PLACES.other_town}窗口平台\n已 45 天没有服务记录：{_PLACES.town}窗口平台", 2800,
                in_subject=False, lines=True),
)  # fmt: skip

_SIGNED = f"\n\n{ours().industry_bureau.name}\n{{日期}}\n\n本邮件由系统生成，请勿直接回复。"


@dataclass(frozen=True)
class Text:
    """Subject and body of a mail, with placeholders or filled in."""

    subject: str
    body: str


BUILT_IN: Mapping[str, Text] = {
    REMINDER: Text(
        "请办理：{地区}{年度}窗口平台申报，上报截止日期为{上报截止日期}",
        "{收件人}：\n\n{年度}中小企业公共服务窗口平台的上报截止日期为{上报截止日期}。截至{日期}，"
        "{地区}已上报 {已报份数} 份（指导名额：{名额}）。请抓紧核对并上报；确实没有申报的，请与市经信局联系。"
        "\n\n办理页面：{链接}" + _SIGNED,
    ),
    RECEIVED: Text(
        "已收到：{地区}{年度}窗口平台申报，回执编号{回执编号}",
        "{收件人}：\n\n市经信局已于{上报时间}收到{地区}上报的{年度}窗口平台申报表 {份数} 份，回执编号为 {回执编号}。"
        "审核结果将另行通知。\n\n查看申报：{链接}" + _SIGNED,
    ),
    RETURNED: Text(
        "请办理：申报表{申报编号}需要补正",
        "{收件人}：\n\n“{平台名称}”的申报表（编号 {申报编号}）需要补正，共 {补正处数} 处。\n\n退回理由：{理由}\n"
        "补正期限：{补正期限}\n\n请登录后逐项补正并重新提交：{链接}" + _SIGNED,
    ),
    ACCEPTED: Text(
        "已受理：申报表{申报编号}",
        "{收件人}：\n\n“{平台名称}”的申报表（编号 {申报编号}）已经受理，平台编号为 {平台编号}，进入{年度}的建设和评价。"
        "\n\n查看申报：{链接}" + _SIGNED,
    ),
    ACCEPTED_MANY: Text(
        "已受理：{地区}{年度}申报 {受理份数} 份",
        "{收件人}：\n\n下列 {受理份数} 份申报表已经受理，进入{年度}的建设和评价：\n\n{受理清单}"
        "\n\n查看申报：{链接}" + _SIGNED,
    ),
    EXCEPTION: Text(
        "请办理：{地区}获准在{有效期至}前延期申报",
        "{收件人}：\n\n经研究，同意{地区}在{年度}申报截止后延期申报，可提交 {可提交份数} 份，有效期至{有效期至}。"
        "\n\n许可理由：{理由}\n\n办理页面：{链接}" + _SIGNED,
    ),
    DUE: Text(
        "请办理：{地区}有 {事项数} 项工作临近期限或已逾期",
        "{收件人}：\n\n截至{日期}，{地区}有下列 {事项数} 项工作临近期限或已逾期，请抓紧办理：\n\n{事项}"
        "\n\n已经办理的，请在系统中登记完成；确有困难的，请登记受阻原因或与市经信局联系。"
        "\n\n办理页面：{链接}" + _SIGNED,
    ),
    RECTIFY: Text(
        "请办理：整改{整改编号}，期限{整改期限}",
        "{收件人}：\n\n“{平台名称}”{整改事由}（整改编号 {整改编号}）。\n\n整改依据：{整改依据}\n存在问题：{理由}\n"
        "整改期限：{整改期限}\n\n请督促平台按期整改，登录后填写答复并上传佐证材料：{链接}" + _SIGNED,
    ),
    LINK: Text(
        "请办理：{地区}有 {未联通数} 个窗口平台未与市级信息系统联通",
        "{收件人}：\n\n截至{日期}，{地区}有 {未联通数} 个窗口平台尚未与市级信息系统联通，"
        "{无记录数} 个已联通的平台长时间没有服务记录：\n\n{平台清单}\n\n请督促平台尽快联通并及时录入服务数据；"
        "已经联通的，请登录后登记联通日期、方式并上传佐证材料。"
        "\n\n办理页面：{链接}" + _SIGNED,
    ),
    INVITED: Text(
        "请办理：活动邀请{活动编号}，答复期限{答复期限}",
        "{收件人}：\n\n{举办单位}定于{活动日期}举办“{活动名称}”（活动编号 {活动编号}），邀请{地区}的下列窗口平台参加："
        "\n\n{受邀平台}\n\n时间地点：{活动时间地点}\n答复期限：{答复期限}\n\n请与平台联系，登录后逐个登记是否参加，"
        "不参加的写明理由：{链接}" + _SIGNED,
    ),
    REARRANGED: Text(
        "请办理：活动{活动编号}的安排有变化，现定于{活动日期}举办",
        "{收件人}：\n\n“{活动名称}”（活动编号 {活动编号}，{举办单位}举办）的安排有变化，现定于{活动日期}举办。\n\n"
        "时间地点：{活动时间地点}\n答复期限：{答复期限}\n\n请转告下列受邀的窗口平台；尚未答复的，请登录后登记：{链接}\n\n"
        "{受邀平台}" + _SIGNED,
    ),
    CALLED_OFF: Text(
        "请知悉：原定于{活动日期}的活动{活动编号}已取消",
        "{收件人}：\n\n{举办单位}原定于{活动日期}举办的“{活动名称}”（活动编号 {活动编号}）已取消，"
        "请转告受邀的窗口平台。\n\n取消理由：{理由}\n\n查看活动：{链接}" + _SIGNED,
    ),
    SELF_REPORT: Text(
        "请填报：{年度}绩效评价自评，截止日期{自评截止日期}",
        "{收件人}：\n\n“{平台名称}”已进入{年度}绩效评价。请在{自评截止日期}前填报评价期间的自评数值并上传佐证材料。"
        "打开下列网址即可填写，不需要账号，可以分多次填写，填完后请提交：\n\n{链接}\n\n"
        "凭本链接即可填写，请勿转发。逾期未提交的，按评价方案处理。" + _SIGNED,
    ),
    SELF_DUE: Text(
        "请办理：{年度}绩效评价自评将于{自评截止日期}截止",
        "{收件人}：\n\n“{平台名称}”的{年度}绩效评价自评尚未提交，截止日期为{自评截止日期}。"
        "请使用此前收到的自评链接填写并提交；链接遗失的，请联系所在地经信部门重新发送。"
        "逾期未提交的，按评价方案处理。" + _SIGNED,
    ),
    SELF_OWED: Text(
        "请办理：{地区}有 {未自评数} 个窗口平台尚未提交自评，截止日期{自评截止日期}",
        "{收件人}：\n\n截至{日期}，{地区}有 {未自评数} 个窗口平台尚未提交{年度}绩效评价自评，截止日期为{自评截止日期}："
        "\n\n{未自评平台}\n\n请督促平台按期提交，尚未发送链接的请及时发送。\n\n办理页面：{链接}" + _SIGNED,
    ),
    NOTICE: Text(
        "请知悉：{年度}窗口平台拟认定名单公示（{文号}），公示期{公示期}",
        "{收件人}：\n\n{年度}中小企业公共服务窗口平台拟认定名单已开始公示（{文号}），公示期为{公示期}。"
        "{地区}有 {公示平台数} 个平台拟予认定。\n\n拟不予认定的平台（不对外公示）：\n{拟不予认定平台}\n\n"
        "请转告有关平台，对公示内容有异议的，可在公示期内实名提出。\n\n查看公示：{链接}" + _SIGNED,
    ),
    OBJECTION: Text(
        "已受理：对{年度}窗口平台公示的异议，受理编号{异议编号}",
        "{收件人}：\n\n您对“{平台名称}”提出的异议已受理，受理编号为 {异议编号}，将在{异议答复期限}前书面答复。"
        "\n\n查询办理情况：{链接}" + _SIGNED,
    ),
    OBJECTED: Text(
        "答复：异议{异议编号}的处理结果为{处理结果}",
        "{收件人}：\n\n您对“{平台名称}”提出的异议（受理编号 {异议编号}）已办结，处理结果：{处理结果}。\n\n"
        "{答复意见}\n\n查询办理情况：{链接}" + _SIGNED,
    ),
    HEARING: Text(
        "告知：{拟办事项}，陈述申辩期限{陈述期限}（{告知书编号}）",
        "{收件人}：\n\n“{平台名称}”{拟办事项}（告知书编号 {告知书编号}）。\n\n事实和理由：\n{事实和理由}\n\n"
        "如有不同意见，请在{陈述期限}前打开下列网址陈述申辩并上传材料，不需要账号；逾期未提出的，视为放弃。\n\n{链接}\n\n"
        "凭本链接即可填写，请勿转发。" + _SIGNED,
    ),
    PUBLISHED: Text(
        "请知悉：{年度}窗口平台认定结果已公布（{文号}）",
        "{收件人}：\n\n{年度}中小企业公共服务窗口平台认定结果已公布（{文号}），认定日期为{认定日期}。"
        "{地区}予以认定 {认定平台数} 个，不予认定 {不予认定平台数} 个，详见结果通知书（{通知书编号}）。"
        "各平台的得分、理由和认定证书可登录后查看和下载，请转交有关平台。\n\n查看结果：{链接}" + _SIGNED,
    ),
    AMENDED: Text(
        "请知悉：“{平台名称}”的认定结果已更正或变更（{更正变更编号}）",
        "{收件人}：\n\n“{平台名称}”的认定结果已更正或变更（编号 {更正变更编号}）：\n\n{更正变更内容}\n\n理由：{理由}\n"
        "现行证书：{证书编号}\n结果通知书：{通知书编号}\n\n原证书请收回。查看结果：{链接}" + _SIGNED,
    ),
    REVOKED: Text(
        "请知悉：“{平台名称}”自{撤销日期}起撤销认定",
        "{收件人}：\n\n“{平台名称}”因“{撤销情形}”，自{撤销日期}起撤销认定（编号 {撤销编号}），"
        "证书 {证书编号} 不再有效。"
        "请通知运营单位停止使用窗口平台名义，收回证书和标牌。\n\n查看：{链接}" + _SIGNED,
    ),
    EXPIRING: Text(
        "请办理：{地区}有 {到期证书数} 个窗口平台的认定将在 {提前天数} 天内到期",
        "{收件人}：\n\n截至{日期}，{地区}下列 {到期证书数} 个窗口平台的认定将在 {提前天数} 天内到期：\n\n{到期证书}\n\n"
        "需要继续运营的，请在申报期内办理续期申报。\n\n办理页面：{链接}" + _SIGNED,
    ),
    ALLOCATED: Text(
        "请知悉：{年度}窗口平台资金分配结果已公布（{文号}）",
        "{收件人}：\n\n{年度}中小企业公共服务窗口平台资金分配结果已公布（{文号}，{文件日期}）。"
        "{地区}分配金额：{分配金额}。\n\n金额的计算过程、计入的申报和采用的口径可登录后查看：{链接}\n\n"
        "请在{使用报告截止日期}前填报资金使用情况报告。" + _SIGNED,
    ),
    COMPLAINT: Text(
        "请办理：投诉{投诉编号}，办理期限{办理期限}",
        "{收件人}：\n\n“{平台名称}”{投诉事由}（受理编号 {投诉编号}），办理期限{办理期限}。\n\n请登录后查看投诉内容，"
        "与投诉企业核对并填写核查结论：{链接}\n\n投诉人的联系方式只用于核查，不得告知被投诉平台。" + _SIGNED,
    ),
}

_BY_MARK = {each.mark: each for each in PLACEHOLDERS}
_MARK = re.compile(r"\{([^{}\n]*)\}")
_BRACES = str.maketrans({"｛": "{", "｝": "}"})
_FULL_BRACES = str.maketrans({"{": "｛", "}": "｝"})
_DROPPED = ("Cc", "Cf", "Cs", "Co", "Cn")
# A dot inside of a name of a host: mail programs make links of those even without a scheme.
_HOST_DOT = re.compile(r"(?<=[^\W_])\.(?=[^\W\d_])|(?<=[^\W\d_])\.(?=[^\W_])")


class Hole(ValueError):
    """A value that a mail cannot do without is missing; the text is not written."""


def placeholders_of(kind: str) -> tuple[Placeholder, ...]:
    """Return the placeholders that mails of ``kind`` have, in the order of the table."""
    return tuple(each for each in PLACEHOLDERS if kind in each.kinds)


def plain(text: str, *, most: int) -> str:
    """Return untrusted ``text`` as one harmless line of at most ``most`` characters.

    Line breaks become blanks; control, format and unassigned characters are dropped; braces become full width, so that
    nothing looks like a placeholder; ``://`` and the dots of host names are written so that no mail program makes a
    link of them (``evil[.]com``).
    """
    spaced = "".join(
        " " if each.isspace() else each for each in text if each.isspace() or unicodedata.category(each) not in _DROPPED
    )
    line = " ".join(spaced.split()).translate(_FULL_BRACES)
    line = _HOST_DOT.sub("[.]", line.replace("://", "：//"))
    return line if len(line) <= most else line[: most - 1] + "…"


def normal(text: str) -> str:
    """Return the text of a template with half-width braces and no blanks inside of them."""
    return _MARK.sub(lambda found: "{" + found[1].strip() + "}", text.translate(_BRACES))


def problems(kind: str, text: Text) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the template ``text`` of ``kind``: ``subject`` or ``body``, and a sentence."""
    for where, label, part, most in (
        ("subject", "标题", text.subject, MOST_SUBJECT),
        ("body", "正文", text.body, MOST_BODY),
    ):
        if where == "subject" and any(unicodedata.category(each) in ("Cc", "Zl", "Zp") for each in part):
            yield where, "标题只能有一行，不能换行。"
        longest = 0
        for mark in _MARK.findall(part):
            known = _BY_MARK.get(mark)
            if known is None or kind not in known.kinds:
                yield where, f"{label}中的“{{{mark}}}”不是这类邮件的占位符，请从右侧的表中选用，或删去。"
            elif where == "subject" and not known.in_subject:
                yield where, f"标题中不能使用“{{{mark}}}”，请把它写在正文中。"
            else:
                longest += known.most
        rest = _MARK.sub("", part)
        if "{" in rest or "}" in rest:
            yield where, f"{label}中的花括号没有成对，请写成“{{年度}}”这样。"
        longest += len(rest)
        if longest > most:
            yield where, f"{label}填入内容后最长可能有 {longest} 个字，超过 {most} 个字，请缩短。"


def render(kind: str, text: Text, values: Mapping[str, str]) -> Text:
    """Return ``text`` with the placeholders of ``kind`` filled in from ``values`` (placeholder name to value).

    One pass: what a value holds is never read as a placeholder.

    Raises:
        Hole: a value is missing that nothing can be said instead of, or ``text`` has a placeholder that ``kind`` lacks.
        ValueError: ``values`` has a name that ``kind`` lacks, or a trusted value is longer than the table says.
    """
    known = {each.name: each for each in placeholders_of(kind)}
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise ValueError(f"mails of kind {kind!r} have no value {', '.join(unknown)}")
    words = {each.mark: _word(each, values.get(name, "")) for name, each in known.items()}

    def fill(part: str) -> str:
        return _MARK.sub(lambda found: _filled(words, found[1]), part)

    return Text(" ".join(fill(text.subject).split()), fill(text.body))


def example(kind: str, text: Text) -> Text:
    """Return ``text`` as a mail with the examples of the table would read."""
    return render(kind, text, {each.name: str(each.example) for each in placeholders_of(kind)})


def _word(placeholder: Placeholder, value: str) -> str | None:
    if placeholder.lines:
        word = "\n".join(plain(line, most=placeholder.most) for line in value.splitlines())
    else:
        word = " ".join(value.split()) if placeholder.trusted else plain(value, most=placeholder.most)
    if len(word) > placeholder.most:
        raise ValueError(f"the value {placeholder.name} is longer than {placeholder.most}")
    return word or placeholder.instead


def _filled(words: Mapping[str, str | None], mark: str) -> str:
    word = words.get(mark)
    if word is None:
        raise Hole(f"no value for {mark}")
    return word
