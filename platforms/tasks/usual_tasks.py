"""The tasks that a round begins with, by phase and type of platform; the city changes them for each round.

Phase one is over for a platform once its application is accepted, so its work begins with phase two.
"""

from dataclasses import dataclass
from datetime import date, timedelta

ZONE, TOWN, PARK, INDUSTRY = "functional_zone", "town", "park", "industry"
EVERY_TYPE = (ZONE, TOWN, PARK, INDUSTRY)
LINKING, TRIAL, EVALUATION = "linking", "trial", "evaluation"


@dataclass(frozen=True)
class Default:
    """One task of the phase with the key ``phase``.

    ``proof`` is what counts as done, ``share`` how much of the phase has passed when it is due (percent).
    ``needs_file`` says that it cannot be done without a file of evidence.
    """

    phase: str
    title: str
    proof: str
    share: int
    types: tuple[str, ...] = EVERY_TYPE
    needs_file: bool = False

    def due_on(self, first: date, last: date) -> date:
        """Return the day on which it is due in a phase from ``first`` to ``last``, both inclusive."""
        return first + timedelta(days=(last - first).days * self.share // 100)


DEFAULTS = (
    Default(LINKING, "接入市级信息系统", "账号已开通，能够上传服务记录，县级枢纽平台已核验。", 40),
    Default(LINKING, "落实场地、人员和统一标识", "固定场地对外开放，专职人员到位，统一标识已上墙。", 50),
    Default(LINKING, "建立入园企业名录", "园区内企业逐家登记，注明联系人和主要需求。", 60, types=(PARK,)),
    Default(LINKING, "建立产业链企业名录", "上下游企业逐家登记，注明所处环节。", 60, types=(INDUSTRY,)),
    Default(LINKING, "录入首批服务数据", "至少录入一个月的服务记录，内容真实、要素齐全。", 70),
    Default(LINKING, "公布服务流程、标准和收费", "在场所和网上公布，注明公益免费。", 80, needs_file=True),
    Default(LINKING, "与枢纽平台建立协同机制", "明确需求流转的联系人和时限，至少办理一件流转事项。", 90),
    Default(LINKING, "完成存在问题的整改", "市、县两级提出的问题全部整改到位，没有问题的注明“无”。", 100),
    Default(TRIAL, "开始试运行", "按公布的时间对外服务，服务电话有人接听。", 10),
    Default(TRIAL, "自办服务活动", "试运行期间自办服务活动不少于两场，留存签到和照片。", 60),
    Default(TRIAL, "开展宣传推广", "通过网站、公众号或张贴等方式宣传平台和服务内容。", 70),
    Default(TRIAL, "参加枢纽平台组织的活动", "市、县枢纽平台邀请的活动均已参加或说明理由。", 80),
    Default(TRIAL, "完善制度和功能", "根据试运行情况修订管理制度，补充服务功能。", 90),
    Default(TRIAL, "提交试运行小结", "写明服务企业数、服务次数、活动和问题。", 100, needs_file=True),
    Default(EVALUATION, "提交自评材料", "对照评价指标逐项自评，数据与服务记录一致。", 15, needs_file=True),
    Default(EVALUATION, "配合现场核查", "提供原始记录和佐证材料，核查意见已签收。", 50),
)  # fmt: skip
