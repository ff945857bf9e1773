"""The closed vocabularies of applications, bans and standings, with the words that users see."""

from django.db.models import TextChoices


class ReliefKind(TextChoices):
    """``lift`` ends the whole ban; ``release`` opens its place to other operators, the operator stays banned."""

    LIFT = "lift", "解除限制申报"
    RELEASE = "release", "放开地点"


class ReliefStatus(TextChoices):
    PROPOSED = "proposed", "待决定"
    GRANTED = "granted", "已同意"
    DECLINED = "declined", "不予同意"
    WITHDRAWN = "withdrawn", "已撤回"


class OperatingMode(TextChoices):
    DIRECT = "direct", "直接运营"
    ENTRUSTED = "entrusted", "委托运营"


class OperatorNature(TextChoices):
    GOVERNMENT = "government", "机关"
    INSTITUTION = "institution", "事业单位"
    ENTERPRISE = "enterprise", "企业"
    ASSOCIATION = "association", "社会团体"
    NON_ENTERPRISE = "non_enterprise", "社会服务机构（民办非企业单位）"


class VenueTenure(TextChoices):
    OWNED = "owned", "自有"
    RENTED = "rented", "租赁"
    PROVIDED = "provided", "无偿提供"


class Sex(TextChoices):
    MALE = "male", "男"
    FEMALE = "female", "女"


class Education(TextChoices):
    SECONDARY = "secondary", "高中及以下"
    COLLEGE = "college", "大专"
    BACHELOR = "bachelor", "本科"
    MASTER = "master", "硕士"
    DOCTOR = "doctor", "博士"


class RuleKind(TextChoices):
    """The management rules of section seven of the form (二·(六))."""

    PROCESS = "process", "服务流程"
    STANDARD = "standard", "服务标准"
    FEES = "fees", "收费标准"
    COMPLAINTS = "complaints", "投诉处理制度"
    FILES = "files", "档案管理制度"
    STAFF = "staff", "人员管理制度"


class AttachmentKind(TextChoices):
    CREDIT_CODE = "credit_code", "统一社会信用代码证书"
    VENUE = "venue", "场地证明"
    PHOTO = "photo", "现场照片"
    STAFF = "staff", "人员证明"
    AGREEMENT = "agreement", "委托运营协议"
    SUPPORT_POLICY = "support_policy", "扶持政策或购买服务文件"
    RULE = "rule", "管理制度文件"
    STAMPED = "stamped", "盖章扫描件"
    OTHER = "other", "其他"
    # What a question of the city asks for; uploaded beside the question.
    QUESTION = "question", "补充问题附件"


class ApplicationStatus(TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已提交"
    RETURNED = "returned", "已退回"
    ACCEPTED = "accepted", "已受理"
    WITHDRAWN = "withdrawn", "已撤回"


class QuestionKind(TextChoices):
    """How a question of the city is answered."""

    TEXT = "text", "文字"
    NUMBER = "number", "数字"
    DATE = "date", "日期"
    CHOICE = "choice", "单选"
    FILE = "file", "上传文件"


class CorrectionLevel(TextChoices):
    """Who asks for a correction: the city of the county, or the county of the operating unit."""

    CITY = "city", "市经信局"
    COUNTY = "county", "县级经信部门"


class NoteReaders(TextChoices):
    """Who may read a note: each level includes the one before."""

    CITY = "city", "仅市经信局"
    COUNTY = "county", "市经信局和县级经办"
    UNIT = "unit", "市、县和运营单位"


class DocumentKind(TextChoices):
    PDF = "pdf", "PDF 文件"
    DOCX = "docx", "Word 文件"


class EndedWhy(TextChoices):
    """What ended a standing; only a revocation bans from applying again (五).

    ``EXPIRED`` is written when another standing follows: a standing that ran out by itself has no end but its last day.
    """

    REPLACED = "replaced", "换发新证"
    GIVEN_UP = "given_up", "自愿放弃"
    REVOKED = "revoked", "撤销"
    CORRECTED = "corrected", "更正"
    EXPIRED = "expired", "到期"
