"""What the interface for service records answers."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from platforms.models import ApiToken, Platform, ServiceRecord, User
from platforms.service_records.api import service_records as interface
from platforms.service_records.services import tokens as api_tokens
from platforms.service_records.services.records import NO_SUCH_PLATFORM
from tests.platforms.service_records import cast
from tests.platforms.service_records.cast import platform

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N03")]
PATH = "/api/v1/service-records/"
NOTHING = {"created": 0, "updated": 0, "unchanged": 0, "rejected": []}


def row(number: int = 1, platform: str = "330212-001", **values: Any) -> dict[str, Any]:
    """A record of a day that is past whatever the clock says."""
    return cast.row(number, platform, **({"served_on": "2025-04-01"} | values))


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def platforms(regions: Any) -> list[Platform]:
    return [platform(regions["330212"]), platform(regions["330212"], 2), platform(regions["330282"])]


@pytest.fixture
def token(platforms: list[Platform], regions: Any) -> str:
    """Of the hub of 鄞州区."""
    return api_tokens.issue(region=regions["330212"], by=None, at=timezone.now(), actor="测试")[1]


def post(token: str, body: Any, **headers: str) -> Any:
    sent = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return Client(enforce_csrf_checks=True).post(
        PATH, sent, content_type="application/json", headers={"authorization": f"Bearer {token}"} | headers
    )


def test_each_row_is_answered_by_itself(token: str) -> None:
    answer = post(token, {"records": [row(1), row(2, fee="-3"), row(3, fee=12)]})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer.json() == {
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "rejected": [{"index": 1, "external_id": "FW-2", "field": "fee", "message": "收费不得小于 0。"}],
    }


@pytest.mark.trust("T12")
def test_again_and_with_one_changed(token: str) -> None:
    assert post(token, {"records": [row(1), row(2)]}).json() == NOTHING | {"created": 2}
    assert post(token, {"records": [row(1), row(2)]}).json() == NOTHING | {"unchanged": 2}
    assert post(token, {"records": [row(1), row(2, fee="9")]}).json() == NOTHING | {"updated": 1, "unchanged": 1}


@pytest.mark.trust("T08")
def test_rows_outside_of_the_scope(token: str, platforms: list[Platform]) -> None:
    """Some of them: each is refused alone. All of them: the call is. Unknown and foreign platforms read alike."""
    mixed = post(token, {"records": [row(1), row(2, "330282-001"), row(3, "330999-001")]}).json()
    assert (mixed["created"], [each["message"] for each in mixed["rejected"]]) == (1, [NO_SUCH_PLATFORM] * 2)
    for code in ("330282-001", "330999-001"):
        answer = post(token, {"records": [row(9, code)]})
        assert (answer.status_code, answer.json()) == (403, {"detail": f"整批记录都未收：{NO_SUCH_PLATFORM}"})
    assert list(ServiceRecord.objects.values_list("platform__code", flat=True)) == ["330212-001"]


@pytest.mark.trust("T08")
def test_a_token_of_one_platform_reaches_that_one(platforms: list[Platform]) -> None:
    _, text = api_tokens.issue(platform=platforms[1], by=None, at=timezone.now())
    answer = post(text, {"records": [row(1, "330212-002"), row(2, "330212-001")]}).json()
    assert (answer["created"], answer["rejected"][0]["field"]) == (1, "platform")
    assert ServiceRecord.objects.get().source == "platform:330212-002"


@pytest.mark.trust("T08")
@pytest.mark.trust("T34")
def test_every_bad_token_is_answered_alike(token: str, yinzhou: User, django_assert_num_queries: Any) -> None:
    expired = api_tokens.issue(region=yinzhou.region, days=1, by=None, at=timezone.now() - timedelta(days=2))[1]
    row_, revoked = api_tokens.issue(region=yinzhou.region, by=None, at=timezone.now())
    api_tokens.revoke(token=row_, by=yinzhou, at=timezone.now())
    bad = [
        "x",
        "",
        expired,
        revoked,
        token.lower(),
        token + "x",
        f"{token},Bearer {token}",
        "令牌".encode().decode("latin-1"),
    ]
    answers = []
    for text in bad:
        with django_assert_num_queries(1):
            answers.append(post(text, {"records": [row(1)]}))
    with django_assert_num_queries(1):
        answers.append(Client().post(f"{PATH}?token={token}", "{}", content_type="application/json"))
    with django_assert_num_queries(1):
        answers.append(post("", "{}", authorization=f"Token {token}"))
    assert {(each.status_code, each.content, each["WWW-Authenticate"]) for each in answers} == {
        (401, '{"detail": "缺少有效的接口令牌。"}'.encode(), "Bearer")
    }
    assert not ServiceRecord.objects.exists()


@pytest.mark.trust("T34")
def test_a_token_opens_no_other_door_and_is_nowhere_in_clear(token: str, caplog: Any) -> None:
    for path in ("/admin/", "/desk/"):
        assert Client(headers={"authorization": f"Bearer {token}"}).get(path).status_code == 302
    assert post(token, {"records": [row(1)]}).status_code == 200
    kept = ApiToken.objects.get()
    assert token not in str(ApiToken.objects.values())
    assert kept.last_used_at is not None
    logging.disable(logging.NOTSET)
    assert post(token, "{").status_code == 422
    assert post(token + "x", "{").status_code == 401
    assert [each.getMessage() for each in caplog.records if each.name == "ningbo_windows.security"] == [
        f"422 service-records token={kept.pk} 127.0.0.1",
        "401 service-records 127.0.0.1",
    ]
    assert token not in caplog.text


@pytest.mark.trust("T32")
def test_a_session_is_no_token(yinzhou: User, browser_of: Any) -> None:
    assert browser_of(yinzhou).post(PATH, "{}", content_type="application/json").status_code == 401


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_no_other_method(token: str, method: str) -> None:
    answer = Client().generic(method, PATH, headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")
    if method != "HEAD":
        assert answer.json() == {"detail": "不支持这种请求方式，可用的方式：POST、OPTIONS。"}


def test_a_batch_without_the_last_slash_arrives_too(token: str) -> None:
    body = json.dumps({"records": [row(1)]})
    answer = Client(headers={"authorization": f"Bearer {token}"}).post(
        PATH.rstrip("/"), body, content_type="application/json"
    )
    assert (answer.status_code, answer.json()) == (200, NOTHING | {"created": 1})


def test_a_batch_carries_no_parameters(token: str) -> None:
    answer = Client(headers={"authorization": f"Bearer {token}"}).post(
        f"{PATH}?dry_run=1", json.dumps({"records": [row(1)]}), content_type="application/json"
    )
    assert (answer.status_code, answer.json()) == (422, {"detail": "没有参数“dry_run”，请核对参数名。"})
    assert not ServiceRecord.objects.exists()


@pytest.mark.trust("T25")
@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ("", "请求内容不是有效的 JSON（UTF-8）。"),
        ("{", "请求内容不是有效的 JSON（UTF-8）。"),
        ('{"records": [{"fee": NaN}]}', "请求内容不是有效的 JSON（UTF-8）。"),
        ('{"records": ' + "[" * 100_000, "请求内容不是有效的 JSON（UTF-8）。"),
        (b'{"records": [{"summary": "\xff"}]}', "请求内容不是有效的 JSON（UTF-8）。"),
        ('{"records": [{"fee": 1e999}]}', "第 1 条中有超出范围的数字。"),
        ("[]", '请求内容须为 {"records": [...]}。'),
        ("{}", '请求内容须为 {"records": [...]}。'),
        ('{"records": {}}', '请求内容须为 {"records": [...]}。'),
        ('{"records": [], "more": 1}', '请求内容须为 {"records": [...]}。'),
        ('{"records": [{}, 1]}', "第 2 条不是一组字段。"),
    ],
)
def test_a_body_that_is_no_batch(token: str, body: Any, detail: str) -> None:
    answer = post(token, body)
    assert (answer.status_code, answer.json()) == (422, {"detail": detail})


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("fee", 12.5, "收费须为文字（如“12.50”）或整数，单位：元。"),
        ("fee", True, "收费须为文字（如“12.50”）或整数，单位：元。"),
        ("fee", "1.234", "收费最多两位小数。"),
        ("fee", 10**30, "收费不得超过 99999999.99 元。"),
        ("external_id", 7, "来源编号应为文字。"),
        ("external_id", "x" * 65, "来源编号最多 64 个字，现为 65 个字。"),
        ("satisfaction", 6, "满意度须为 1 至 5 的整数，没有评价的为空。"),
        ("satisfaction", True, "满意度须为 1 至 5 的整数，没有评价的为空。"),
        ("served_on", 0, "服务日期应写成“2026-04-10”的样子。"),
        ("served_on", "2026-02-30", "没有这一天，请核对服务日期。"),
        ("served_on", "1999-12-31", "服务日期不能早于 2000-01-01。"),
        ("free_category", ["policy"], "公益性服务须为下列代码之一：needs、policy、problems。"),
        ("summary", "a\x00b", "服务内容中有无法保存的字符。"),
        ("enterprise_code", "91330212MA00000012", "统一社会信用代码的校验位不符，请对照证书逐位核对。"),
        ("summry", "x", "没有这个字段，请核对字段名。"),
    ],
)
def test_a_wrong_value_is_the_rows_own_fault(token: str, field: str, value: Any, message: str) -> None:
    answer = post(token, {"records": [row(1, **{field: value}), row(2)]}).json()
    assert (answer["created"], [(each["field"], each["message"]) for each in answer["rejected"]]) == (
        1, [(field, message)],
    )  # fmt: skip


@pytest.mark.trust("T25")
def test_too_much(token: str) -> None:
    answer = post(token, {"records": [{}] * 1001})
    assert (answer.status_code, answer.json()) == (413, {"detail": "一批最多 1,000 条，现为 1,001 条。"})
    answer = post(token, b" " * (4 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()) == (413, {"detail": "一批不得超过 4 MB，请分批报送。"})
    assert post(token, {"records": []}).json() == NOTHING


def test_too_often(token: str, settings: Any) -> None:
    settings.RECORD_BATCHES_PER_MINUTE = 1
    assert post(token, {"records": []}).status_code == 200
    answer = post(token, {"records": []})
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert answer.json() == {"detail": "报送过于频繁，请 60 秒后再试。"}


def test_a_batch_costs_as_many_queries_with_30_rows_as_with_1(token: str, django_assert_num_queries: Any) -> None:
    post(token, {"records": [row(0)]})
    for numbers in (range(1, 2), range(2, 32)):
        # Two more to lock and to copy on PostgreSQL.
        with django_assert_num_queries(23 if connection.vendor == "sqlite" else 25):
            post(token, {"records": [row(number, enterprise_code=row(0)["enterprise_code"]) for number in numbers]})


def locked(**_: Any) -> None:
    raise OperationalError("database is locked")


@pytest.mark.trust("T50")
def test_what_never_gets_to_its_operation_is_answered_in_json_too(
    token: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To a program a page is no answer; whoever asks for a page gets one."""
    answer = Client().get("/api/v1/results?q=%00")
    assert (answer.status_code, answer.json()) == (400, {"detail": "地址中含有无效字符。"})
    assert Client().get("/results/?q=%00")["Content-Type"].startswith("text/html")
    with monkeypatch.context() as patch:
        patch.setattr(interface.service_records, "take_in", locked)
        logging.disable(logging.CRITICAL)
        answer = post(token, {"records": [row(1)]})
    assert answer.status_code == 503
    assert re.fullmatch("暂时无法处理，请稍后原样重试；故障编号 [0-9a-f]{8}。", answer.json()["detail"])
    settings.REQUEST_MAX_BYTES = 1024 * 1024
    answer = post(token, b" " * (1024 * 1024 + 1))
    assert (answer.status_code, answer.json()) == (413, {"detail": "请求内容过大，上限为 1 MB。"})


def test_a_second_row_of_a_number_is_named_if_it_says_something_else(token: str) -> None:
    answer = post(token, {"records": [row(1), row(1), row(1, fee="2")]}).json()
    message = "同一批中第 1 条已使用这个来源编号，内容不同，未收本条。"
    assert answer == {
        "created": 1, "updated": 0, "unchanged": 1,
        "rejected": [{"index": 2, "external_id": "FW-1", "field": "external_id", "message": message}],
    }  # fmt: skip


@pytest.mark.parametrize(("rows", "status"), [(1000, 200), (1001, 413)])
def test_a_thousand_rows_are_a_batch_and_one_more_is_none(token: str, rows: int, status: int) -> None:
    assert post(token, {"records": [{}] * rows}).status_code == status


@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 413)])
def test_four_megabytes_are_a_batch_and_one_byte_more_is_none(token: str, more: int, status: int) -> None:
    body = json.dumps({"records": []}).encode()
    assert post(token, body + b" " * (4 * 1024 * 1024 - len(body) + more)).status_code == status


def test_a_token_ends_at_its_moment(platforms: list[Platform]) -> None:
    now = timezone.now()
    _, text = api_tokens.issue(platform=platforms[0], days=1, by=None, at=now)
    assert api_tokens.find(text, at=now + timedelta(days=1, seconds=-1)) is not None
    assert api_tokens.find(text, at=now + timedelta(days=1)) is None
