"""The accounts of the demo: one for each line of work and one officer for each of the 17 regions."""

from dataclasses import dataclass

from platforms.choices import Role


@dataclass(frozen=True)
class Person:
    """An account of the demo; ``region`` is the code of the region for county officers, else empty."""

    username: str
    name: str
    role: str
    region: str = ""
    post: str = ""


OFFICES = (
    Person("city", "周明远", Role.CITY),
    Person("city2", "徐静怡", Role.CITY),
    Person("finance", "沈国栋", Role.FINANCE),
    Person("finance2", "林晓岚", Role.FINANCE),
    Person("auditor", "顾维民", Role.AUDITOR),
    Person("security", "方立诚", Role.SECURITY),
    Person("sysadmin", "陆一鸣", Role.SYSADMIN),
)

OFFICERS = (
    Person("haishu", "陈思源", Role.COUNTY, "330203", "企业服务科副科长"),
    Person("jiangbei", "吴佳慧", Role.COUNTY, "330205", "中小企业科科长"),
    Person("beilun", "贺建平", Role.COUNTY, "330206", "企业服务中心主任"),
    Person("zhenhai", "孙丽君", Role.COUNTY, "330211", "中小企业科副科长"),
    Person("yinzhou", "张晓峰", Role.COUNTY, "330212", "中小企业科科长"),
    Person("fenghua", "毛海燕", Role.COUNTY, "330213", "企业服务科科长"),
    Person("xiangshan", "史文斌", Role.COUNTY, "330225", "经济运行科副科长"),
    Person("ninghai", "葛雅琴", Role.COUNTY, "330226", "企业服务科科长"),
    Person("yuyao", "杨志坚", Role.COUNTY, "330281", "中小企业科科长"),
    Person("cixi", "岑立波", Role.COUNTY, "330282", "中小企业科副科长"),
    Person("hzw", "胡晨曦", Role.COUNTY, "HZW", "经济发展局主管"),
    Person("bsq", "郑海宁", Role.COUNTY, "BSQ", "经济发展局主管"),
    Person("dxk", "乐静波", Role.COUNTY, "DXK", "经济发展局副主任科员"),
    Person("gxq", "董若琳", Role.COUNTY, "GXQ", "经济发展局主管"),
    Person("dqh", "戴宏伟", Role.COUNTY, "DQH", "经济发展局副局长"),
    Person("msg", "虞佩玲", Role.COUNTY, "MSG", "经济发展局主管"),
    Person("shq", "洪振宇", Role.COUNTY, "SHQ", "经济发展局副局长"),
)

EVERYBODY = (*OFFICES, *OFFICERS)
