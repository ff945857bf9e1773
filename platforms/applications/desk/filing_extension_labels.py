"""Leave to file after the closing (延期申报许可), as the county reads it."""

from platforms.applications.queries.filing_extensions import ExceptionState, Standing


def exception_sentence(standing: Standing) -> str:
    """Say what an exception allows and how far it is used: 已许可延期申报 2 份，至5月3日（含当日），已用 1 份。"""
    exception = standing.exception
    day = exception.ends_on
    year = "" if day.year == exception.round.year else f"{day.year}年"
    whom = f"（仅限申报表 {exception.application.number}）" if exception.application else ""
    state = "" if standing.state == ExceptionState.USABLE else f"，{standing.state}"
    return (
        f"已许可延期申报 {exception.uses_allowed} 份{whom}，至{year}{day.month}月{day.day}日（含当日），"
        f"已用 {standing.used} 份{state}。"
    )
