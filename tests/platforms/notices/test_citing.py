"""How clauses are cited by key: by which notice, and what that costs."""

from typing import Any

import pytest

from platforms.models import Round
from platforms.notices import clauses
from platforms.notices.clauses import activate, cite, cited, citing
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", ["", "N24", "conditions.nothing", "grounds.fees"])
def test_what_is_not_among_the_keys_cannot_be_cited(key: str) -> None:
    with pytest.raises(KeyError):
        cite(key)
    with pytest.raises(KeyError):
        cited("通知{}", key)


def test_each_notice_prints_its_own_numbers() -> None:
    first, other = factories.notice(), factories.invented_notice()
    sentence = cited("通知{}和{}", "conditions.free", "ban")
    with citing(first.pk):
        assert (cite("conditions.free"), str(sentence)) == ("二·（四）", "通知二·（四）和五")
        with citing(other.pk):
            assert (cite("conditions.free"), f"{sentence}。") == ("第6条", "通知第6条和第23条。")
        assert cite("conditions.free") == "二·（四）"


def test_without_any_notice_the_key_is_said() -> None:
    assert cite("conditions.free") == "conditions.free"


def test_where_nothing_is_said_the_notice_of_the_current_round_is_cited_and_asked_for_once(
    round_2026: Round, django_assert_num_queries: Any
) -> None:
    with citing(None):
        with django_assert_num_queries(1):
            assert (cite("ban"), cite("sites.towns")) == ("五", "三·（二）")
        with django_assert_num_queries(0):
            assert cite("sites.parks") == "三·（三）"
    # Outside of a block nothing says how long the answer would hold.
    with django_assert_num_queries(2):
        assert (cite("ban"), cite("sites.towns")) == ("五", "三·（二）")


def test_a_page_says_which_notice_it_cites_and_pays_when_it_cites(round_2026: Round) -> None:
    other, asked = factories.invented_notice(), []

    def ask() -> int:
        asked.append(True)
        return other.pk

    with citing(None):
        assert not clauses.is_chosen()
        activate(ask=ask)
        assert clauses.is_chosen()
        assert asked == []
        assert (cite("ban"), cite("sites.towns")) == ("第23条", "第11条")
        assert asked == [True]
        activate(round_2026.notice_id)
        assert cite("ban") == "五"
        activate(ask=lambda: None)
        assert cite("ban") == "五"
