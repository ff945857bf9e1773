"""Words that invented people, units and addresses are put together from."""

from platforms.applications.choices import RuleKind
from platforms.applications.correction import Asked
from platforms.choices import ServiceClass
from platforms.identity import ours


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SURNAMES = "王李张陈徐胡周吴朱林沈俞叶金郑方冯许毛钱童余邵应傅章裘竺蒋袁史励邬忻任施虞柴孙楼"
GIVEN = _words(
    "建国 志强 国平 伟民 海波 立新 永康 明辉 文杰 俊杰 浩然 宇航 子涵 思远 一帆 少华 德明 建军 晓东 宏斌 "
    "丽娜 亚萍 晓燕 雪梅 佳颖 婷婷 静雯 慧敏 海霞 红梅 雅婷 诗琪 梦洁 美芳 玲玲 素珍 文静 春燕 依琳 若曦"
)
ROADS = _words(
    "人民路 中山路 兴业路 创业路 振兴路 工业路 科技路 学院路 文化路 迎宾路 滨海大道 环城路 新城大道 富强路 永安路 "
    "青云路 江南路 金达路"
)
BRANDS_FIRST = _words("慧企 助企 汇智 启航 众合 联企 海智 港城 三江 东方 新芯 智汇 同舟 博远 锦程")
BRANDS_LAST = _words("通 达 邦 源 云 桥 帆 星 信 博 联 和 盛 诚 翼 峰")
HOURS = (
    "工作日 8:30—11:30，13:30—17:00（法定节假日除外）",
    "工作日 8:30—17:00",
    "周一至周五 8:30—11:30，14:00—17:30",
    "周一至周六 9:00—17:00",
)
POSTS = (
    "政策服务专员",
    "企业诉求专员",
    "活动与培训专员",
    "融资对接专员",
    "窗口综合服务",
    "信息系统管理员",
    "法律与知识产权专员",
)
QUALIFICATIONS = (
    "",
    "",
    "中级经济师",
    "助理经济师",
    "企业法律顾问",
    "创业指导师",
    "人力资源管理师",
    "会计师",
    "工程师",
    "社会工作师",
)
_CITY, _PROVINCE = ours().city.short, ours().province.short
PARTNERS = (
    (f"{_CITY}某商业银行小企业金融服务部", ServiceClass.FINANCE),
    (f"{_PROVINCE}某律师事务所{_CITY}分所", ServiceClass.LAW),
    (f"{_CITY}某会计师事务所", ServiceClass.MANAGEMENT),
    (f"{_CITY}某知识产权代理有限公司", ServiceClass.TECHNOLOGY),
    (f"{_CITY}某人力资源服务有限公司", ServiceClass.TALENT),
    (f"{_CITY}某检验检测技术有限公司", ServiceClass.TECHNOLOGY),
    (f"{_CITY}某融资担保有限公司", ServiceClass.FINANCE),
    (f"{_CITY}某跨境电商服务有限公司", ServiceClass.MARKET),
    (f"{_CITY}某高校继续教育学院", ServiceClass.TALENT),
)
FREE_CONTENTS = {
    "policy": (
        "惠企政策汇编、解读和线上推送，每月举办政策宣讲，辅导企业申报技术改造、专精特新等项目",
        "解读涉企政策，编印政策一本通，为企业申报市、县两级专项资金提供一对一辅导",
        "设政策咨询窗口和热线，定期走访宣讲，协助企业对照条件准备申报材料",
    ),
    "problems": (
        "受理应由政府部门解决的困难问题，代办或转交责任部门，跟踪办理并反馈结果",
        "建立企业困难问题清单，限时流转、逐件回访，重大问题报请上级专题协调",
        "用工、用地、用电等问题一口受理，帮办跟踪，5 个工作日内答复进展",
    ),
    "needs": (
        "收集企业融资、技术、人才、市场等需求，对接平台网络内服务机构并回访",
        "每季度开展需求调查，组织银企、产学研、产业链供需对接",
        "汇总发布供需信息，匹配专业机构和同链企业，形成需求解决台账",
    ),
}
CLASS_CONTENTS = {
    ServiceClass.INFORMATION: ("产业动态、招投标和技术成果信息推送", ""),
    ServiceClass.FINANCE: ("融资需求登记、银企对接和转贷协助", ""),
    ServiceClass.STARTUP: ("工商注册、场地入驻和创业辅导", ""),
    ServiceClass.TALENT: ("经营管理和技能人才培训、招聘对接", "中长期培训班每人每期 200 元"),
    ServiceClass.TECHNOLOGY: ("检验检测、质量诊断、知识产权和技术改造咨询", "检验检测按物价部门核定标准"),
    ServiceClass.MANAGEMENT: ("财税、人力资源和精益生产咨询", "专项咨询每次 800 元起"),
    ServiceClass.MARKET: ("组织参展、跨境电商和产销对接", ""),
    ServiceClass.LAW: ("合同审查、劳动用工和应收账款法律咨询", "专项法律服务按律师收费标准优惠三成"),
}
EQUIPMENT = (
    "服务柜台、电脑 {n} 台、打印复印一体机、叫号机、政策查询一体机、投影及视频会议系统",
    "咨询接待区、洽谈区、培训室各一处，配备电脑 {n} 台、高清投影、政策资料架和自助终端",
    "电脑 {n} 台、触摸查询屏、会议音响、资料展示架，接入市企业服务平台网络信息化系统",
)
RULES = {
    RuleKind.PROCESS: "企业服务工作流程",
    RuleKind.STANDARD: "窗口平台服务标准",
    RuleKind.FEES: "服务项目及收费标准公示",
    RuleKind.COMPLAINTS: "企业投诉受理和处理办法",
    RuleKind.FILES: "服务档案管理制度",
    RuleKind.STAFF: "服务人员管理和考核办法",
}
INTRODUCTIONS = (
    "平台设在{place}，面向{area}内 {n} 余家中小微企业，常年提供政策宣讲、困难帮办和需求对接等公益性服务，"
    "并联合专业机构开展融资、培训、法律等特色服务。",
    "平台依托{operator}建设，立足{place}产业特点，建立“窗口受理、限时办理、回访评价”的服务机制，服务企业 {n} 余家。",
    "平台以“贴近企业、公益为先”为宗旨，与市、县两级枢纽平台互联互通，"
    "为{area}内 {n} 余家企业提供一站式服务，定期组织政策进企业和银企对接活动。",
)
CASES = (
    "{month}月，一家{trade}企业反映订单增加而流动资金紧张，平台当日对接两家银行，10 个工作日内落实信用贷款 {n} 万元。",
    "{month}月，一家{trade}企业技改项目申报遇到困难，平台派专员上门辅导三次，项目获得县级专项资金补助 {n} 万元。",
    "{month}月，平台收集 {n} 家{trade}企业的用工需求，联合人力资源机构举办专场招聘会，解决一线用工缺口。",
    "{month}月，一家{trade}企业应收账款纠纷久拖未决，平台引入公益律师调解，帮助企业收回货款 {n} 万元。",
)
TRADES = (
    "汽车零部件",
    "小家电",
    "模具",
    "紧固件",
    "服装",
    "文具",
    "轴承",
    "塑料制品",
    "气动元件",
    "五金工具",
    "电子元件",
    "化工配套",
)
#: Industries of associations and of parks where the city names none.
INDUSTRIES = ("智能装备", "新材料", "电子信息", "纺织服装", "汽车零部件", "生物医药", "食品", "现代物流")
TRADES_OF_PARKS = ("智造", "数字", "新材", "精工", "科创")
FUNDS = (
    "镇（街道）财政预算安排",
    "县级中小企业专项资金和运营单位自筹",
    "运营单位自筹",
    "政府购买服务经费",
    "会费收入和项目经费",
)
SUSTAINABILITY = (
    "以公益性服务为主、市场化服务为辅，公益性服务由财政经费保障，专业服务按公示标准低偿收取，收入全部用于平台运营。",
    "列入年度财政预算，并与 {n} 家合作机构建立长期协作，逐步形成会员服务、培训服务等稳定收入。",
    "依托园区物业和孵化收入反哺平台运营，每年安排不少于 {n} 万元用于公益性服务和活动开展。",
)
OPINIONS = (
    "经审核，材料齐全、情况属实，同意推荐。",
    "经现场核实，该单位具备窗口平台建设基本条件，同意上报。",
    "情况属实，符合本地规划布局，同意推荐上报。",
)
CITY_OPINIONS = ("材料齐全，符合申报条件，予以受理。", "经审核，同意纳入建设范围。", "同意受理，请按阶段要求推进建设。")
HOURS_DIFFER = "表内填写的开放时间与公示牌照片不一致，请核实后更正。"
RETURNS = (
    "场地证明的面积与表内填写的服务场地面积不一致，请核对后更正并重新上传场地证明。",
    "服务流程未写明受理、办理、反馈各环节的时限，请补充后重新上传管理制度文件。",
    HOURS_DIFFER,
    "运营人员中有两名同时登记在另一平台，请核实专职情况并修改人员名单。",
    "平台简介过于笼统，请补充服务对象、服务特色和已开展的工作。",
)
#: What a return asks at single parts of the form, and what was answered to the first.
QUESTIONS = (
    Asked("platform", "opening_hours", HOURS_DIFFER),
    Asked("venue", "floor_area", "与场地证明所载面积不一致，请核对后更正。"),
    Asked("staff", "", "运营人员中有一名同时登记在另一平台，请核实专职情况。"),
)
FIRST_ANSWER = "已与公示牌核对，公示牌已更换，表内时间无误。"
SECOND = (Asked("venue", "equipment", "请写明自助终端的数量和用途。"),)
CORRECTED_EQUIPMENT = "服务柜台、电脑、投影仪、自助查询终端 2 台（政策查询、业务办理）"
ANSWERS = (
    "已按要求核对并更正，相关证明材料已重新上传。",
    "已补充完善，请予审核。",
    "经核实已更正，并已要求运营单位加强材料把关。",
)
WITHDRAWALS = (
    "运营单位内部调整，本年度暂不具备建设条件，申请撤回。",
    "拟建场地规划变更，需另行选址，申请撤回后择期重新申报。",
    "与邻近窗口平台服务范围重叠，经统筹后合并建设，申请撤回。",
)
USE_OF_WORKS = "窗口场地改造、标识标牌和服务终端购置"
USE_OF_SERVICES = "公益性服务活动和法律、财税专家咨询补助"
USE_TEXT = "资金已按用途支出，窗口平台场地和设备已投入使用，公益性服务按计划开展。（演示数据）"
USE_RETURNED = "服务活动补助未附签到表和支付凭证，请补充后重新报送。"
LATE_WITHDRAWAL = "运营单位拟迁址重建，本年度不再参加绩效评价，申请撤回。"
OVER_QUOTA = "辖区企业集中、服务需求较大，当地政府已落实场地和经费，恳请一并纳入建设。"
EVIDENCE = ("现场核查记录", "台账抽查", "系统记录核对", "佐证材料核对", "查阅档案资料")
FAULTS = (
    "功能分区不够清晰，设备更新不及时。",
    "计划较为笼统，合作机构作用发挥不够。",
    "参加统筹活动偏少，响应需求不够及时。",
    "经费来源单一，持续性有待加强。",
)
CUTS = "经抽查核减重复登记和佐证不足的部分。"
GATE_FACT = "现场核查时未接入市企业服务平台网络信息化系统，无服务数据记录。"
VETO_FACT = "经两次书面通知，仍拒绝提供评价材料和接受现场核查。"
FLAG_FOR_COUNTY = "自评所报活动场次与系统记录不一致，请核对签到表和照片后答复。"
FLAG_FOR_CITY = "窗口与运营单位办公区合用，标识和功能分区须到现场看。"
FINDINGS = "窗口标识齐全，设咨询、洽谈两个区；服务流程和收费标准已上墙；抽查服务台账12份，均有企业签字。"

RAISED = "核查后认定其牵头承办全市活动的成效突出，经集体研究调高一档。"

#: Sections that one county sends to its unit first: only the unit knows them.
SENT = ("venue", "staff")
