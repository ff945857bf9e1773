"""Which files come with an application form, when and why: one table for the gaps and the page.

A form is the mapping that ``queries.forms.form_data`` makes. A file of a management rule says which of the six rules
it is; files from before that was asked stand, in form order, for the rules that have no file of their own.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from platforms.applications.choices import AttachmentKind, OperatingMode, RuleKind
from platforms.choices import PlatformType
from platforms.file_formats import FORMAT_WORDS, FORMATS
from platforms.notices.clauses import Cited, cited

Form = Mapping[str, Any]
Level = Literal["must", "advised", "open"]

SCANS = ("pdf", "jpg", "png")
LEVEL_WORDS: Mapping[str, str] = {"must": "必传", "advised": "建议上传", "open": "本次无需"}

# 二·(六): 规范并公开服务流程、服务标准、收费标准.
PUBLIC_RULES = (RuleKind.PROCESS, RuleKind.STANDARD, RuleKind.FEES)
STALE_STAMP = "盖章扫描件对应的内容已改动，请重新打印盖章后上传。"


def is_entrusted(form: Form) -> bool:
    """Say whether somebody else runs the platform (三·(二), 三·(三))."""
    return bool(form["operator"]["operating_mode"] == OperatingMode.ENTRUSTED)


def owes_support(form: Form) -> bool:
    """Say whether the county owes a support policy or a purchase of service: types 1 and 2, entrusted (三·(二))."""
    return is_entrusted(form) and form["site"]["type"] in (PlatformType.FUNCTIONAL_ZONE, PlatformType.TOWN)


def _always(_form: Form) -> Level:
    return "must"


def _better(_form: Form) -> Level:
    return "advised"


def _as_one_likes(_form: Form) -> Level:
    return "open"


def _if_entrusted(form: Form) -> Level:
    return "must" if is_entrusted(form) else "open"


def _if_support_is_owed(form: Form) -> Level:
    return "must" if owes_support(form) else "open"


def _rule(kind: str) -> Callable[[Form], Level]:
    def level(form: Form) -> Level:
        registered = any(rule["kind"] == kind for rule in form["rules"])
        return "must" if registered or kind in PUBLIC_RULES else "open"

    return level


@dataclass(frozen=True)
class Need:
    """One kind of file: ``level`` says how much a form needs it, ``when`` the same in words, ``why`` with its clause.

    ``rule_kind`` names the management rule where the kind is that of rules. ``formats`` are keys of FORMAT_WORDS.
    ``section`` is the slug of the section whose statements the file proves, empty where it goes with the whole form.
    """

    kind: str
    level: Callable[[Form], Level]
    when: str
    why: str
    clause: Cited
    hint: str = ""
    formats: tuple[str, ...] = FORMATS
    rule_kind: str = ""
    section: str = ""

    @property
    def key(self) -> str:
        """What a form field sends for this need: the kind, for rules with the rule behind a colon."""
        return key_of(self.kind, self.rule_kind)

    @property
    def label(self) -> str:
        """What people call it."""
        return label_of(self.kind, self.rule_kind)

    @property
    def formats_in_words(self) -> str:
        """The formats that are taken, as a sentence lists them."""
        return in_words(self.formats)


@dataclass(frozen=True)
class Standing:
    """How one form stands with one need: how much it is needed, and how many files are there for it."""

    need: Need
    level: Level
    count: int

    @property
    def is_missing(self) -> bool:
        """Whether the form cannot be submitted without it."""
        return self.level == "must" and not self.count

    @property
    def sentence(self) -> str:
        """What to do about it; empty where nothing is to be done."""
        if self.count or self.level == "open":
            return ""
        rule = self.need.rule_kind
        what = f"“{RuleKind(rule).label}”的管理制度文件" if rule else AttachmentKind(self.need.kind).label
        return f"{'请' if self.level == 'must' else '建议'}上传{what}。"


def key_of(kind: str, rule_kind: str = "") -> str:
    """Return what names a kind of file in one word: ``venue``, ``rule:process``."""
    return f"{kind}:{rule_kind}" if rule_kind else kind


def label_of(kind: str, rule_kind: str = "") -> str:
    """Return what people call files of this kind."""
    label = AttachmentKind(kind).label
    return f"{label}：{RuleKind(rule_kind).label}" if rule_kind else label


def in_words(formats: tuple[str, ...]) -> str:
    """Return formats as people know them: PDF、JPEG、Word（docx）."""
    return "、".join(FORMAT_WORDS[each] for each in formats)


def _rule_need(kind: RuleKind) -> Need:
    must = kind in PUBLIC_RULES
    return Need(
        AttachmentKind.RULE,
        _rule(kind),
        "必传" if must else "登记了这项制度的必传",
        f"{kind.label}须成文并对外公开。" if must else f"已登记的{kind.label}须附文件。",
        cited("{}", "conditions.rules"),
        "对外公开的制度，认定公布后其 PDF 文件供公众下载，请勿含个人信息。",
        rule_kind=kind.value,
        section="rules",
    )


TABLE = (
    Need(
        AttachmentKind.CREDIT_CODE,
        _always,
        "必传",
        "核对运营单位的名称和代码。",
        cited("{}", "phases.filing"),
        "机关、事业单位上传统一社会信用代码证书，企业上传营业执照。",
        SCANS,
        section="operator",
    ),
    Need(
        AttachmentKind.VENUE,
        _always,
        "必传",
        "有必要的配套场地设施。",
        cited("{}", "conditions.venue"),
        "产权证、租赁合同或无偿提供的证明。",
        section="venue",
    ),
    Need(
        AttachmentKind.PHOTO,
        _better,
        "建议上传",
        "须清晰显示场地设施和标志标识。",
        cited("{}", "conditions.venue"),
        "一次可选多张。",
        SCANS,
        section="venue",
    ),
    Need(
        AttachmentKind.STAFF,
        _better,
        "建议上传",
        "有明确、稳定的运营管理团队。",
        cited("{}", "conditions.team"),
        "劳动合同、社保证明、职称或资格证书。",
        section="staff",
    ),
    Need(
        AttachmentKind.AGREEMENT,
        _if_entrusted,
        "委托运营的必传",
        "委托第三方运营的，须有委托协议。",
        cited("{}、{}", "sites.towns", "sites.parks"),
        "双方盖章的全文。",
        section="operator",
    ),
    Need(
        AttachmentKind.SUPPORT_POLICY,
        _if_support_is_owed,
        "功能区、乡镇（街道）平台委托运营的必传",
        "委托运营的地区须出台扶持政策或购买服务。",
        cited("{}", "sites.towns"),
        "正式文件或购买服务合同。",
        section="operator",
    ),
    *(_rule_need(kind) for kind in RuleKind),
    Need(
        AttachmentKind.STAMPED,
        _better,
        "建议上传",
        "电子档须与报送的盖章纸质档一致。",
        cited("{}", "phases.filing"),
        "申报表填完后打印、盖章、扫描上传；之后再改动内容的，须重新盖章上传。",
        SCANS,
    ),
    Need(AttachmentKind.OTHER, _as_one_likes, "不需要", "其他需要说明的材料。", cited("{}", "phases.filing")),
)
BY_KEY: Mapping[str, Need] = {need.key: need for need in TABLE}


def section_of(kind: str) -> str:
    """Return the slug of the section whose statements files of ``kind`` prove, or nothing where there is none."""
    return next((need.section for need in TABLE if need.kind == kind), "")


def is_part_of(section: str, kind: str) -> bool:
    """Say whether whoever fills only ``section`` brings files of ``kind``.

    With the whole form (an empty ``section``) and the section of the files come all kinds.
    """
    return section in ("", "attachments") or section == section_of(kind)


def needs_of(section: str) -> tuple[Need, ...]:
    """Return the needs that come with ``section``, as :func:`is_part_of` says, in the order of the table."""
    return tuple(need for need in TABLE if is_part_of(section, need.kind))


def formats_of(kind: str, rule_kind: str = "") -> tuple[str, ...]:
    """Return the formats that are taken for a kind of file; a question of the city takes all."""
    need = BY_KEY.get(key_of(kind, rule_kind))
    return need.formats if need else FORMATS


def standings(form: Form, section: str = "") -> tuple[Standing, ...]:
    """Return how ``form`` stands with every need of the table, or with those of ``section``, in its order."""
    have: dict[str, int] = {}
    for file in form["attachments"]:
        key = key_of(file["kind"], file.get("rule_kind", ""))
        have[key] = have.get(key, 0) + 1
    unnamed = have.pop(AttachmentKind.RULE, 0)
    found = []
    for need in TABLE:
        level, count = need.level(form), have.get(need.key, 0)
        if need.rule_kind and level == "must" and not count and unnamed:
            unnamed, count = unnamed - 1, 1
        found.append(Standing(need, level, count))
    return tuple(each for each in found if is_part_of(section, each.need.kind))


def missing(form: Form, section: str = "") -> tuple[str, ...]:
    """Return a sentence for each file (of ``section``) without which ``form`` cannot be submitted."""
    return tuple(each.sentence for each in standings(form, section) if each.is_missing)


def advised(form: Form, section: str = "") -> tuple[str, ...]:
    """Return a sentence for each file that should be there, and for a stamped scan that the content has left behind.

    With ``section`` only for those that come with it.
    """
    return tuple(_advised(form, section))


def _advised(form: Form, section: str) -> Iterator[str]:
    yield from (each.sentence for each in standings(form, section) if each.level == "advised" and each.sentence)
    if not is_part_of(section, AttachmentKind.STAMPED):
        return
    # A newer scan that fits makes up for an older one that does not.
    stamps = [file.get("stale", False) for file in form["attachments"] if file["kind"] == AttachmentKind.STAMPED]
    if stamps and all(stamps):
        yield STALE_STAMP
