"""The closed vocabularies in short."""

from platforms.choices import TYPES_IN_SHORT


def test_a_list_of_platforms_calls_the_types_without_the_word_that_all_share() -> None:
    assert list(TYPES_IN_SHORT.values()) == ["功能区", "乡镇（街道）", "小微企业园", "重点行业"]
