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

_MARK = re.compile(r"\{(region|site|place)\}")


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
