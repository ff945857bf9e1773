"""What a platform is called in a list: the place that it stands for, without the words that all platforms share."""

#: What every full name ends with.
KIND = "中小企业公共服务窗口平台"


def short_name(*places: str | None, full: str = "") -> str:
    """Return the first of ``places`` that is named; without one, ``full`` without what all full names end with.

    Places are given from the narrowest to the widest: association, park, town, former zone, region.
    """
    return next((place for place in places if place), "") or full.removesuffix(KIND) or full
