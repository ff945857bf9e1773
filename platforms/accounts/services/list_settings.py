"""How a person wants a list: columns, order, filters. A comfort: the audit log leaves it out."""

from collections.abc import Sequence

from django.db import transaction

from platforms.errors import Refusal
from platforms.models import ListSetting, User

LONGEST_QUERY = 400


@transaction.atomic
def remember(*, list_name: str, columns: Sequence[str], offered: Sequence[str], query: str, by: User) -> ListSetting:
    """Keep ``columns``, in order, and ``query`` (as the address has it, without ?) for ``by`` and this list.

    Raises:
        Refusal: no column, one that is not ``offered`` or named twice, or a query that is too long.
    """
    if not columns:
        raise Refusal("请至少选择一列。")
    if set(columns) - set(offered) or len(set(columns)) != len(columns):
        raise Refusal("选择的列无效，请刷新页面后重新选择。")
    if len(query) > LONGEST_QUERY:
        raise Refusal("筛选条件过长，不能记住，请减少条件后再试。")
    setting, _ = ListSetting.objects.update_or_create(
        user=by, list_name=list_name, defaults={"columns": list(columns), "query": query}
    )
    return setting


@transaction.atomic
def keep_filter(*, list_name: str, query: str, by: User) -> None:
    """Keep ``query`` (as the address has it, without ?) for ``by`` and this list of the desk.

    Raises:
        Refusal: the query is empty or too long.
    """
    if not query:
        raise Refusal("尚未设置筛选，请先选择筛选条件再保存。")
    if len(query) > LONGEST_QUERY:
        raise Refusal("筛选条件过长，不能保存，请减少条件后再试。")
    ListSetting.objects.update_or_create(user=by, list_name=list_name, defaults={"query": query})


@transaction.atomic
def forget(*, list_name: str, by: User) -> None:
    """Show the list to ``by`` again as it comes."""
    ListSetting.objects.filter(user=by, list_name=list_name).delete()
