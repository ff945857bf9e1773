"""The closed vocabularies of registration, with the words that users see."""

from django.db.models import IntegerChoices, TextChoices


class Role(TextChoices):
    """What kind of work a person does; what each may do stands in ``platforms/roles.py``."""

    COUNTY = "county", "县级经办"
    CITY = "city", "市经信局"
    FINANCE = "finance", "市财政局"
    AUDITOR = "auditor", "审计员"
    SECURITY = "security", "安全管理员"
    SYSADMIN = "sysadmin", "系统管理员"


class RegionKind(TextChoices):
    COUNTY = "county", "区县(市)"
    ZONE = "zone", "管委会"


class TownKind(TextChoices):
    SUBDISTRICT = "subdistrict", "街道"
    TOWN = "town", "镇"
    TOWNSHIP = "township", "乡"
    # Statistical pseudo-units: no towns, but development zones may be run on their own (三·一(二)3).
    ZONE = "zone", "开发区"


class PlatformType(TextChoices):
    """The four types of section three."""

    FUNCTIONAL_ZONE = "functional_zone", "功能区窗口平台"
    TOWN = "town", "乡镇(街道)窗口平台"
    PARK = "park", "小微企业园窗口平台"
    INDUSTRY = "industry", "重点行业窗口平台"


class ParkRating(TextChoices):
    """Latest performance rating of a park, as imported from the list on record."""

    A = "A", "A级"
    B = "B", "B级"
    C = "C", "C级"
    D = "D", "D级"


class OperatingMode(TextChoices):
    DIRECT = "direct", "直接运营"
    ENTRUSTED = "entrusted", "委托运营"


class OperatorNature(TextChoices):
    GOVERNMENT = "government", "机关"
    INSTITUTION = "institution", "事业单位"
    ENTERPRISE = "enterprise", "企业"
    ASSOCIATION = "association", "社会团体"
    NON_ENTERPRISE = "non_enterprise", "民办非企业单位"


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


class FreeService(TextChoices):
    """The three public-interest services that must be free (二·(四))."""

    POLICY = "policy", "涉企政策宣传解读和申报辅导"
    PROBLEMS = "problems", "企业困难问题帮办和流转反馈"
    NEEDS = "needs", "企业需求收集解决和资源对接"


class ServiceClass(TextChoices):
    """The eight classes of the city's service network."""

    INFORMATION = "information", "信息服务"
    FINANCE = "finance", "投融资服务"
    STARTUP = "startup", "创业服务"
    TALENT = "talent", "人才与培训服务"
    TECHNOLOGY = "technology", "技术创新和质量服务"
    MANAGEMENT = "management", "管理咨询服务"
    MARKET = "market", "市场开拓服务"
    LAW = "law", "法律服务"


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


class RoundStatus(TextChoices):
    PREPARING = "preparing", "筹备中"
    FILING = "filing", "受理申报"
    EVALUATING = "evaluating", "申报截止，评价中"
    PUBLISHED = "published", "已公布"


class PhaseNumber(IntegerChoices):
    FILING = 1, "第一阶段：申报"
    LINKING = 2, "第二阶段：联通与整改"
    TRIAL = 3, "第三阶段：试运行"
    EVALUATION = 4, "第四阶段：评价认定"


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


class MailKind(TextChoices):
    """The mails that the system writes; the texts are edited on a screen."""

    REMINDER = "reminder", "催报提醒"
    RECEIVED = "received", "上报回执"
    RETURNED = "returned", "退回补正"
    ACCEPTED = "accepted", "受理通知"
    EXCEPTION = "exception", "延期申报许可"
    DUE = "due", "到期提醒"
    RECTIFY = "rectify", "整改通知"
    LINK = "link", "联通催办"
    COMPLAINT = "complaint", "投诉通知"
    INVITED = "invited", "活动邀请"
    REARRANGED = "rearranged", "活动变更"
    CALLED_OFF = "called_off", "活动取消"


class MailState(TextChoices):
    WAITING = "waiting", "待发送"
    SENT = "sent", "已送出"
    FAILED = "failed", "未送达"
    DISCARDED = "discarded", "已取消"


class DocumentKind(TextChoices):
    PDF = "pdf", "PDF 文件"
    DOCX = "docx", "Word 文件"


class ComplaintStatus(TextChoices):
    RECEIVED = "received", "待受理"
    EXAMINING = "examining", "核查中"
    REOPENED = "reopened", "重新核查"
    EXAMINED = "examined", "已核查，待认定"
    VERIFIED = "verified", "核查属实"
    UNFOUNDED = "unfounded", "核查不属实"
    MERGED = "merged", "已并案"


#: Still to be looked into; at work as a whole; decided.
COMPLAINT_TO_EXAMINE = (ComplaintStatus.RECEIVED, ComplaintStatus.EXAMINING, ComplaintStatus.REOPENED)
COMPLAINT_OPEN = (*COMPLAINT_TO_EXAMINE, ComplaintStatus.EXAMINED)
COMPLAINT_DECIDED = (ComplaintStatus.VERIFIED, ComplaintStatus.UNFOUNDED)


class AuditResult(TextChoices):
    DONE = "done", "成功"
    REFUSED = "refused", "拒绝"


class ServiceChannel(TextChoices):
    """How a service was given."""

    ONSITE = "onsite", "上门"
    HALL = "hall", "到平台"
    PHONE = "phone", "电话"
    ONLINE = "online", "线上"


class ServiceResult(TextChoices):
    SETTLED = "settled", "已办结"
    REFERRED = "referred", "已转办"
    OPEN = "open", "办理中"


class EvidenceKind(TextChoices):
    """What a file proves."""

    TASK = "task", "阶段任务"
    LINK = "link", "系统联通"
    ACTIVITY = "activity", "服务活动"
    RETURN = "return", "定期报送"
    RECTIFICATION = "rectification", "整改"
    ANSWER = "answer", "整改答复"
    FOLLOW_UP = "follow_up", "回访"
    COMPLAINT = "complaint", "投诉核查"
    GROUND = "ground", "撤销情形事实"


class RoundAct(TextChoices):
    """What may be done with a round although something is missing, with a reason."""

    OPEN_FILING = "open_filing", "开始受理申报"
    START_EVALUATION = "start_evaluation", "启动绩效评价"
    PUBLISH = "publish", "公布认定结果"


class DayKind(TextChoices):
    """How a day is worked unlike its weekday."""

    FREE = "free", "放假"
    WORK = "work", "补班"


class DateKind(TextChoices):
    """Which date of a round was moved."""

    PHASE_START = "phase_start", "阶段开始"
    PHASE_END = "phase_end", "阶段结束"
    REPORT_DUE = "report_due", "上报截止"
    TASK_DUE = "task_due", "任务期限"
    COUNT_FROM = "count_from", "评价期间开始"
    COUNT_UNTIL = "count_until", "评价期间结束"


class FeeCaseState(TextChoices):
    """What became of a fee for a service that must be free; without a row it is still to be explained."""

    EXPLAINED = "explained", "已说明"
    SETTLED = "settled", "已核实，不作追究"
    PASSED = "passed", "已移送撤销情形登记"
