"""The people of the demo: an account for each line of work, and who the officers of the regions are."""

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
    email: str = ""


OFFICES = (
    Person("city", "周明远", Role.CITY),
    Person("city2", "徐静怡", Role.CITY),
    Person("city3", "钱立群", Role.CITY),
    Person("assessor", "何云飞", Role.ASSESSOR),
    Person("assessor2", "蒋文清", Role.ASSESSOR),
    Person("assessor3", "邵逸群", Role.ASSESSOR),
    Person("finance", "沈国栋", Role.FINANCE),
    Person("finance2", "林晓岚", Role.FINANCE),
    Person("auditor", "顾维民", Role.AUDITOR),
    Person("security", "方立诚", Role.SECURITY),
    Person("sysadmin", "陆一鸣", Role.SYSADMIN),
)

#: Name and post of the officers of counties and of zones, in the order of the list of regions.
COUNTY_OFFICERS = (
    ("陈思源", "企业服务科副科长"),
    ("吴佳慧", "中小企业科科长"),
    ("贺建平", "企业服务中心主任"),
    ("孙丽君", "中小企业科副科长"),
    ("张晓峰", "中小企业科科长"),
    ("毛海燕", "企业服务科科长"),
    ("史文斌", "经济运行科副科长"),
    ("葛雅琴", "企业服务科科长"),
    ("杨志坚", "中小企业科科长"),
    ("岑立波", "中小企业科副科长"),
)
ZONE_OFFICERS = (
    ("胡晨曦", "经济发展局主管"),
    ("郑海宁", "经济发展局主管"),
    ("乐静波", "经济发展局副主任科员"),
    ("董若琳", "经济发展局主管"),
    ("戴宏伟", "经济发展局副局长"),
    ("虞佩玲", "经济发展局主管"),
    ("洪振宇", "经济发展局副局长"),
)
