"""Import and export: in the scope of the person, previewed, confirmed once, logged row by row."""

import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from platforms.models import AuditEvent, Park, Quota, Region, Round, Town, User
from tests import factories
from tests.platforms.conftest import sheet, upload

MODELS = ("region", "town", "park", "quota", "user")
TOWN = ["代码", "名称", "类别", "所属区县代码", "代管管委会代码", "工业强镇"]


def url(model: str, view: str) -> str:
    return reverse(f"admin:platforms_{model}_{view}")


def preview(browser: Any, model: str, *rows: Any, **options: Any) -> Any:
    return browser.post(url(model, "import"), {"import_file": upload(*rows, **options)})


def confirm(browser: Any, model: str, page: Any) -> Any:
    token = page.context["confirm_form"].initial["token"]
    return browser.post(url(model, "process_import"), {"token": token}, follow=True)


def town_row(place: Region, /, **changes: Any) -> list[Any]:
    values = {
        "code": f"{place.code}001",
        "name": "导入街道",
        "kind": "街道",
        "region": place.code,
        "zone": "",
        "strong": "否",
    }
    return list((values | changes).values())


def test_a_preview_changes_nothing_and_shows_what_would(
    browser_of: Any, city: User, regions: dict[str, Region]
) -> None:
    page = preview(browser_of(city), "town", TOWN, town_row(regions["330212"]))
    assert "新增 1 条" in page.content.decode()
    assert (Town.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_a_confirmed_import_writes_and_logs_each_row(browser_of: Any, city: User, regions: dict[str, Region]) -> None:
    town = factories.town(regions["330212"], "旧名街道")
    browser = browser_of(city)
    page = preview(
        browser,
        "town",
        TOWN,
        town_row(regions["330212"], code=town.code, name="新名街道", strong="是"),
        town_row(regions["330282"], code="330282001", zone="HZW"),
    )
    assert "<del>旧名街道</del> <ins>新名街道</ins>" in page.content.decode()
    assert "导入完成：新增 1 条，修改 1 条，不变 0 条" in confirm(browser, "town", page).content.decode()
    town.refresh_from_db()
    assert (town.name, town.is_strong, Town.objects.get(code="330282001").zone) == ("新名街道", True, regions["HZW"])
    events = list(AuditEvent.objects.order_by("serial").values_list("verb", "object_code", "changes"))
    assert events[0] == (
        "导入修改乡镇（街道）",
        town.code,
        {"名称": ["旧名街道", "新名街道"], "工业强镇": ["否", "是"]},
    )
    assert [event[:2] for event in events[1:]] == [("导入新建乡镇（街道）", "330282001"), ("导入乡镇（街道）", "")]


def test_columns_that_are_not_there_stay_as_they_are(browser_of: Any, city: User, regions: dict[str, Region]) -> None:
    town = factories.town(regions["330212"], "强镇")
    browser = browser_of(city)
    confirm(browser, "town", preview(browser, "town", ["代码", "工业强镇"], [town.code, "是"]))
    town.refresh_from_db()
    assert (town.name, town.is_strong) == ("强镇", True)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"region": "999999"}, "“所属区县代码”（D2）：“999999”不存在，请填写系统中已有地区的代码或名称"),
        ({"kind": "村"}, "第 2 行“类别”（C2）不符合选项要求"),
        ({"code": 330212001}, "第 2 行“代码”（A2）是数字格式"),
        ({"name": "长" * 41}, "“名称”（B2）"),
    ],
)
def test_errors_name_row_and_column_in_chinese(
    browser_of: Any, city: User, regions: dict[str, Region], row: dict[str, Any], said: str
) -> None:
    page = preview(browser_of(city), "town", TOWN, town_row(regions["330212"], **row))
    assert said in page.content.decode()
    assert page.context["confirm_form"] is None
    assert Town.objects.count() == 0


def test_the_same_row_twice_is_refused(browser_of: Any, city: User, regions: dict[str, Region]) -> None:
    row = town_row(regions["330212"])
    page = preview(browser_of(city), "town", TOWN, row, row)
    assert "第 2 行和第 3 行是同一条记录" in page.content.decode()


def test_a_quota_is_found_by_year_and_region(
    browser_of: Any, city: User, regions: dict[str, Region], round_2026: Round
) -> None:
    Quota.objects.create(round=round_2026, region=regions["330212"], places=1)
    browser = browser_of(city)
    rows = (["年度", "地区代码", "地区", "名额（个）"], [2026, "330212", "随便", 8], [2026, "330282", None, 5])
    confirm(browser, "quota", preview(browser, "quota", *rows))
    assert list(Quota.objects.order_by("region").values_list("region__code", "places")) == [
        ("330212", 8),
        ("330282", 5),
    ]


def test_a_park_keeps_blank_cells_as_empty_text(browser_of: Any, city: User, regions: dict[str, Region]) -> None:
    browser = browser_of(city)
    rows = (["备案编号", "名称", "所属地区代码", "运营管理方", "最近绩效评价"], ["XWY-9", "某园", "330212", None, None])
    confirm(browser, "park", preview(browser, "park", *rows))
    park = Park.objects.get(code="XWY-9")
    assert (park.manager, park.rating, park.town) == ("", "", None)


@pytest.mark.trust("T05")
@pytest.mark.parametrize("role", ["yinzhou", "finance", "auditor", "sysadmin"])
@pytest.mark.parametrize("model", ["region", "town", "park", "quota", "user"])
def test_import_is_closed_without_its_permission(
    request: Any, browser_of: Any, regions: dict[str, Region], role: str, model: str
) -> None:
    browser = browser_of(request.getfixturevalue(role))
    answers = [
        browser.get(url(model, "import")),
        preview(browser, model, ["代码"], ["1"]),
        browser.post(url(model, "process_import"), {"token": "x"}),
        browser.get(url(model, "import_template")),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4


@pytest.mark.trust("T05")
@pytest.mark.parametrize("role", ["finance", "auditor", "security", "sysadmin"])
def test_applications_are_not_exported_by_the_others(request: Any, browser_of: Any, role: str) -> None:
    assert browser_of(request.getfixturevalue(role)).get(url("application", "export")).status_code == 403


@pytest.mark.trust("T27")
def test_a_confirmation_works_once(browser_of: Any, city: User, regions: dict[str, Region]) -> None:
    browser = browser_of(city)
    page = preview(browser, "town", TOWN, town_row(regions["330212"]))
    confirm(browser, "town", page)
    Town.objects.all().delete()
    again = confirm(browser, "town", page)
    assert (again.status_code, Town.objects.count()) == (200, 0)
    assert "这份文件已经导入过，或预览已失效" in again.content.decode()


@pytest.mark.trust("T27")
def test_a_confirmation_is_bound_to_person_session_model_and_content(
    browser_of: Any, city: User, city2: User, regions: dict[str, Region], settings: Any
) -> None:
    browser, other_session, other_person = browser_of(city), browser_of(city), browser_of(city2)
    page = preview(browser, "town", TOWN, town_row(regions["330212"]))
    token = page.context["confirm_form"].initial["token"]
    for client, model in ((other_session, "town"), (other_person, "town"), (browser, "park")):
        client.post(url(model, "process_import"), {"token": token, "import_file_name": "x", "format": "0"})
    assert Town.objects.count() == 0
    (settings.MEDIA_ROOT / "imports" / token).write_bytes(sheet(TOWN, town_row(regions["330282"])).getvalue())
    browser.post(url("town", "process_import"), {"token": token})
    assert Town.objects.count() == 0


@pytest.mark.trust("T27")
def test_rights_are_checked_again_at_the_confirmation(browser_of: Any, city: User, regions: dict[str, Region]) -> None:
    browser = browser_of(city)
    page = preview(browser, "town", TOWN, town_row(regions["330212"]))
    User.objects.filter(pk=city.pk).update(role="auditor")
    token = page.context["confirm_form"].initial["token"]
    assert browser.post(url("town", "process_import"), {"token": token}).status_code in (302, 403)
    assert Town.objects.count() == 0


def test_accounts_come_in_without_a_usable_password(
    browser_of: Any, security: User, regions: dict[str, Region]
) -> None:
    browser = browser_of(security)
    headers = ["账号", "姓名", "角色", "地区代码", "启用"]
    page = preview(browser, "user", headers, ["haishu", "王五", "县级经办", "330203", "是"])
    confirm(browser, "user", page)
    made = User.objects.get(username="haishu")
    assert (made.role, made.region, made.must_change_password) == ("county", regions["330203"], True)
    assert AuditEvent.objects.filter(verb="建立账号", object_code="haishu").count() == 1


@pytest.mark.trust("T05")
def test_nobody_imports_a_role_for_oneself(browser_of: Any, security: User) -> None:
    headers = ["账号", "姓名", "角色", "启用"]
    page = preview(browser_of(security), "user", headers, ["security", "我", "市经信局", "是"])
    assert "不能更改自己的角色" in page.content.decode()
    security.refresh_from_db()
    assert security.role == "security"


@pytest.mark.parametrize("model", MODELS)
def test_each_template_reads_back_without_a_problem(
    browser_of: Any, city: User, security: User, round_2026: Round, model: str
) -> None:
    browser = browser_of(security if model == "user" else city)
    answer = browser.get(url(model, "import_template"))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames[1] == "填写说明"
    page = browser.post(url(model, "import"), {"import_file": _named(answer.content)})
    assert "表格没有数据行" in page.content.decode()


def _named(content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("模板.xlsx", content)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("model", ["region", "town", "park", "quota"])
def test_an_export_comes_back_unchanged(
    browser_of: Any, city: User, regions: dict[str, Region], round_2026: Round, model: str, kind: str
) -> None:
    factories.park(regions["330212"], "=1+1园", manager="@某某", town=factories.town(regions["330212"], "镇"))
    Quota.objects.create(round=round_2026, region=regions["330212"], places=3)
    browser = browser_of(city)
    content = browser.post(url(model, "export"), {"format": kind}).content
    file = _named(content)
    file.name = f"a.{kind}"
    page = browser.post(url(model, "import"), {"import_file": file})
    assert page.context["result"].totals["update"] + page.context["result"].totals["new"] == 0
    assert page.context["result"].totals["skip"] > 0


def test_no_cell_of_an_export_is_a_formula(browser_of: Any, city: User, regions: dict[str, Region]) -> None:
    factories.park(regions["330212"], "=HYPERLINK(1)", manager="+1", code="@1")
    browser = browser_of(city)
    text = browser.post(url("park", "export"), {"format": "csv"}).content.decode("utf-8-sig")
    assert text.splitlines()[1].startswith("'@1,'=HYPERLINK(1),330212,,'+1")
    book = openpyxl.load_workbook(io.BytesIO(browser.post(url("park", "export"), {"format": "xlsx"}).content))
    assert [cell.data_type for cell in book.active[2][:5]] == ["s", "s", "s", "n", "s"]


def test_the_city_exports_people_of_counties_masked(
    browser_of: Any, city: User, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    factories.submitted(yinzhou, round_2026, now)
    seen = browser_of(city).post(url("application", "export"), {"format": "csv"}).content.decode()
    own = browser_of(yinzhou).post(url("application", "export"), {"format": "csv"}).content.decode()
    assert ("13800138000" in seen, "138****8000" in seen, "张*" in seen) == (False, True, True)
    assert "13800138000" in own


def test_an_export_is_the_list_that_is_shown(browser_of: Any, city: User, regions: dict[str, Region]) -> None:
    answer = browser_of(city).post(f"{url('region', 'export')}?kind__exact=zone", {"format": "csv"})
    assert len(answer.content.decode("utf-8-sig").splitlines()) == 1 + 7


@pytest.mark.trust("T19")
def test_an_upload_over_the_limit_is_answered_in_words(browser_of: Any, city: User, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 1024
    page = preview(browser_of(city), "region", ["代码"], ["1"])
    assert (page.status_code, "文件超过上限" in page.content.decode()) == (200, True)
