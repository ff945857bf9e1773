"""How a platform is called: the naming rule of each type is data (二·(一): 采用全市统一的命名方式,另行通知)."""

from collections.abc import Mapping

#: No name may be longer; the column holds as much.
LONGEST = 80
SHORTEST = 4

#: The rule of each type until the city announces its own; ``{place}`` is region and site, said once where they are one.
DEFAULT_RULES: Mapping[str, str] = {
    "functional_zone": "{place}中小企业公共服务窗口平台",
    "town": "{place}中小企业公共服务窗口平台",
    "park": "{place}中小企业公共服务窗口平台",
    "industry": "{site}中小企业公共服务窗口平台",
}


def propose(type: str, region_name: str, site_name: str, rules: Mapping[str, str] = DEFAULT_RULES) -> str:  # noqa: A002
    """Return the name that the rule of ``type`` gives.

    Args:
        type: one of the four platform types.
        region_name: the county or zone; empty for key-industry platforms.
        site_name: the town, park or association; the region's own name where the zone itself is the site.
        rules: pattern per type with ``{region}``, ``{site}`` and ``{place}``.

    Raises:
        KeyError: ``rules`` has no pattern for ``type``.
    """
    place = site_name if site_name.startswith(region_name) else region_name + site_name
    words = {"{region}": region_name, "{site}": site_name, "{place}": place}
    name = rules[type]
    # Not str.format: a pattern is data and must not reach into objects, nor a site name into the pattern.
    parts = [name]
    for mark, word in words.items():
        parts = [piece for part in parts for piece in _split(part, mark, word)]
    return "".join(parts)


def _split(part: str, mark: str, word: str) -> list[str]:
    raise NotImplementedError


def check(name: str) -> str | None:
    """Return what is wrong with ``name`` as the name of a platform, in one Chinese sentence, or None."""
    raise NotImplementedError
