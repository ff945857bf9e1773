"""How a platform is called: the naming rule of each type is data (二·(一): 采用全市统一的命名方式,另行通知)."""

import re
import unicodedata
from collections.abc import Mapping

SHORTEST = 4
#: The column holds as much.
LONGEST = 80

#: The rule of each type until the city announces its own; ``{place}`` is region and site, said once where they are one.
DEFAULT_RULES: Mapping[str, str] = {
    "functional_zone": "{place}中小企业公共服务窗口平台",
    "town": "{place}中小企业公共服务窗口平台",
    "park": "{place}中小企业公共服务窗口平台",
    "industry": "{site}中小企业公共服务窗口平台",
}

#: The marks of a rule as the city writes them.
IN_CHINESE: Mapping[str, str] = {"region": "地区", "site": "地点", "place": "地区和地点"}

_MARK = re.compile(r"\{(region|site|place)\}")
_WRITTEN = re.compile("|".join(re.escape(f"{{{word}}}") for word in IN_CHINESE.values()))


def propose(type: str, region_name: str, site_name: str, rules: Mapping[str, str] = DEFAULT_RULES) -> str:
    """Return the name that the rule of ``type`` gives.

    Args:
        type: one of the four platform types.
        region_name: the county or zone; empty for key-industry platforms.
        site_name: the town, park or association; the region's own name where the zone itself is the site.
        rules: pattern per type with ``{region}``, ``{site}`` and ``{place}``; every other brace is left as it is.

    Raises:
        KeyError: ``rules`` has no pattern for ``type``.
    """
    place = site_name if site_name.startswith(region_name) else region_name + site_name
    words = {"region": region_name, "site": site_name, "place": place}
    # One pass: a site whose name holds a mark cannot reach into the pattern.
    return _MARK.sub(lambda mark: words[mark[1]], rules[type])


def check(name: str) -> str | None:
    """Return what is wrong with ``name`` as the name of a platform, in one Chinese sentence, or None."""
    if not name.strip():
        return "请填写平台名称。"
    if name != name.strip() or any(unicodedata.category(each)[0] == "C" for each in name):
        return "平台名称的首尾不能有空格，其中不能有换行和不可见字符。"
    if not SHORTEST <= len(name) <= LONGEST:
        return f"平台名称须为 {SHORTEST} 至 {LONGEST} 个字，现为 {len(name)} 个字。"
    return None


def written(pattern: str) -> str:
    """Return a stored ``pattern`` with its marks as the city writes them: ``{地区和地点}…``."""
    return _MARK.sub(lambda mark: f"{{{IN_CHINESE[mark[1]]}}}", pattern)


def read_pattern(text: str) -> str:
    """Return what the city wrote as it is stored; braces may be full-width, blanks around the text are dropped."""
    marks = {f"{{{word}}}": f"{{{mark}}}" for mark, word in IN_CHINESE.items()}
    return _WRITTEN.sub(lambda found: marks[found[0]], text.strip().replace("｛", "{").replace("｝", "}"))


def check_pattern(type: str, pattern: str) -> str | None:
    """Return what is wrong with a stored ``pattern`` as the rule of ``type``, in one Chinese sentence, or None.

    Whether it gives good names is for :func:`check` to say, place by place.
    """
    if not pattern:
        return "请填写命名规则。"
    if len(pattern) > LONGEST:
        return f"命名规则最多 {LONGEST} 个字，现为 {len(pattern)} 个字。"
    marks = {mark[1] for mark in _MARK.finditer(pattern)}
    if any(brace in _MARK.sub("", pattern) for brace in "{}"):
        return "命名规则中有不认识的标记，只能使用 {地区}、{地点} 和 {地区和地点}。"
    if not marks & {"site", "place"}:
        return "命名规则须含有 {地点} 或 {地区和地点}，否则各平台会得到同一个名称。"
    if type == "industry" and "region" in marks:
        return "重点行业窗口平台不分地区，命名规则中不能使用 {地区}。"
    return None
