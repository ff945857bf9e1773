"""Who works for a unit that has a hand in a platform does not judge it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.marking.conflicts import Unit, conflict, same_name
from evaluation.marking.queries.judges import bars, units_of
from evaluation.models import Assessment, Conflict
from platforms.models import Application, ApplicationVersion, User
from tests import factories
from tests.evaluation import stage
from tests.evaluation.marking.judging import AT

CODE, OTHER = factories.credit_code(1), factories.credit_code(2)
OPERATOR = Unit("运营单位", "宁波市某企业服务中心", CODE)
names = st.text(st.sampled_from("宁波某研究院（）（）ＡaA 　"), max_size=8)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("宁波某研究院", "宁波某研究院", True),
        ("宁波 某研究院　", "宁波某研究院", True),
        ("宁波某（鄞州）研究院", "宁波某（鄞州）研究院", True),
        ("宁波某【鄞州】研究院", "宁波某（鄞州）研究院", True),
        ("ＡＢ研究院", "ab研究院", True),
        ("宁波某研究院", "宁波某研究院分院", False),
        ("", "", False),
        ("　", "", False),
    ],
)
def test_names_are_compared_without_blanks_width_case_and_kind_of_brackets(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same


@given(names, names)
def test_to_be_the_same_goes_both_ways(one: str, other: str) -> None:
    assert same_name(one, other) is same_name(other, one)


@pytest.mark.parametrize(
    ("employer", "code", "found"),
    [
        ("宁波市某企业服务中心", "", True),
        ("宁波市某企业服务中心", CODE, True),
        ("后来改了名称的中心", CODE, True),
        ("宁波市某企业服务中心", OTHER, False),
        ("别的研究院", OTHER, False),
        ("别的研究院", "", False),
        ("", "", False),
    ],
)
def test_two_codes_decide_and_else_the_names(employer: str, code: str, found: bool) -> None:
    sentence = f"工作单位“{employer}”是该平台的运营单位。" if found else ""
    assert conflict(employer, code, [OPERATOR]) == sentence


def test_a_unit_without_a_code_is_known_by_its_name() -> None:
    assert conflict("某律所", CODE, [OPERATOR, Unit("合作机构", "某律所")]) == "工作单位“某律所”是该平台的运营单位。"
    assert conflict("某律所", OTHER, [OPERATOR, Unit("合作机构", "某律所")]) == "工作单位“某律所”是该平台的合作机构。"


def test_nobody_has_a_conflict_where_no_unit_is_known() -> None:
    assert conflict("某律所", CODE, []) == ""


# Read from the rows ------------------------------------------------------------------------------------------------


@pytest.fixture
def assessment(db: None) -> Assessment:
    stage.started(stage.filed_round({"HY": {"A": 1}}))
    return Assessment.objects.get()


@pytest.mark.django_db
def test_the_units_of_a_platform_are_operator_association_and_partners(assessment: Assessment) -> None:
    found = [(unit.part, unit.name) for unit in units_of(assessment)]
    operator = assessment.application.operator_name
    assert found == [
        ("运营单位", operator),
        ("运营单位", operator),
        ("所属行业协会", "第1行业协会"),
        ("合作机构", "宁波某律师事务所"),
    ]


@pytest.mark.django_db
def test_what_was_filed_counts_and_what_stands_now_too(assessment: Assessment) -> None:
    Application.objects.filter(pk=assessment.application_id).update(operator_name="改名后的中心")
    form = ApplicationVersion.objects.get().data
    assert [unit.name for unit in units_of(Assessment.objects.get())] == [
        form["operator"]["operator_name"],
        "改名后的中心",
        "第1行业协会",
        "宁波某律师事务所",
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("employer", ["宁波某律师事务所", "宁波 某律师事务所", "第1行业协会"])
def test_the_employer_binds_an_assessor(assessment: Assessment, employer: str) -> None:
    person = factories.assessor("lu", employer=employer)
    assert list(bars([assessment], [person])[assessment.pk]) == [person.pk]


@pytest.mark.django_db
def test_what_was_declared_binds_everybody_and_is_named_first(assessment: Assessment, city: User) -> None:
    lawyer = factories.assessor("lu", employer="宁波某律师事务所")
    free = factories.assessor("qian")
    for person in (city, lawyer):
        Conflict.objects.create(
            assessment=assessment, person=person, reason="亲属任职", declared_at=AT, declared_by=city
        )
    assert bars([assessment], [city, lawyer, free]) == {
        assessment.pk: {city.pk: "已登记回避：亲属任职", lawyer.pk: "已登记回避：亲属任职"}
    }
