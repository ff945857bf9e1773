"""The closed vocabularies of registration, with the words that users see."""

from django.db.models import TextChoices


class Role(TextChoices):
    """What kind of work a person does; what each may do stands in ``platforms/roles.py``."""

    COUNTY = "county", "县级经办"
    CITY = "city", "市经信局"
    ASSESSOR = "assessor", "评审员"
    FINANCE = "finance", "市财政局"
    AUDITOR = "auditor", "审计员"
    SECURITY = "security", "安全管理员"
    SYSADMIN = "sysadmin", "系统管理员"


class PlatformType(TextChoices):
    """The four types of section three."""

    FUNCTIONAL_ZONE = "functional_zone", "功能区窗口平台"
    TOWN = "town", "乡镇（街道）窗口平台"
    PARK = "park", "小微企业园窗口平台"
    INDUSTRY = "industry", "重点行业窗口平台"

    @property
    def short(self) -> str:
        """What the type is called where all rows are platforms."""
        return str(self.label).removesuffix("窗口平台")


#: Each type and what it is called in a list.
TYPES_IN_SHORT = {each.value: each.short for each in PlatformType}


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
