"""How the program starts, by mode; each try is a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from ningbo_windows import settings as loaded
from ningbo_windows.mail_settings import mail_server
from ningbo_windows.number_settings import whole_number, whole_numbers

GOOD = {
    "NINGBO_MODE": "production",
    "SECRET_KEY": "k9Qz3vLw8RtY2uXc5NbM7aSdF4gHjKpOiUeWqZ1x6C0vBnMlP-",
    "ALLOWED_HOSTS": "windows.example",
    "SITE_URL": "https://windows.example",
    "DATABASE_URL": "sqlite:////tmp/never-opened.sqlite3",
    "NINGBO_NO_SETUP": "1",
}


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    return run("import django; django.setup()", **environment)


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        env=keep | {"DJANGO_SETTINGS_MODULE": "ningbo_windows.settings"} | environment,
        cwd=loaded.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.trust("T50")
def test_production_starts_with_all_that_it_needs() -> None:
    assert start(**GOOD).returncode == 0


@pytest.mark.trust("T50")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"SECRET_KEY": ""}, "须设置 SECRET_KEY"),
        ({"SECRET_KEY": "a" * 60}, "须设置 SECRET_KEY"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "a.example,*.b.example"}, "ALLOWED_HOSTS"),
        ({"SITE_URL": "http://windows.example"}, "SITE_URL"),
        ({"DATABASE_URL": ""}, "正式运行须设置 DATABASE_URL"),
        ({"NINGBO_DEBUG": "1"}, "NINGBO_DEBUG"),
        ({"NINGBO_MODE": "live"}, "NINGBO_MODE"),
        ({"NINGBO_REFERENCE": "/srv/no-such-folder"}, "NINGBO_REFERENCE 应为存放基础数据的文件夹"),
        ({"NINGBO_ORGANISER": "<b>"}, "NINGBO_ORGANISER 应为不超过 80 个字的一行文字"),
        (
            {"NINGBO_OVERLAP_METRES": "两公里"},
            "NINGBO_OVERLAP_METRES 应为 500 到 10000 的整数，单位为米，现为“两公里”。",
        ),
        ({"NINGBO_MAP_SERVICE_URL": "http://m.example/{longitude},{latitude}"}, "NINGBO_MAP_SERVICE_URL 须以 https://"),
        ({"NINGBO_MAP_SERVICE_URL": "https://m.example/{longitude}"}, "NINGBO_MAP_SERVICE_URL 须以 https://"),
        ({"NINGBO_GROUND_REFUSALS": "0"}, "NINGBO_GROUND_REFUSALS 应为 1 到 100 的整数，单位为次，现为“0”。"),
        ({"NINGBO_EXPIRY_WARNINGS": "180,90,90"}, "互不相同的整数，用半角逗号分隔，现为“180,90,90”。"),
        ({"NINGBO_RENEWAL_DAYS": "一年"}, "NINGBO_RENEWAL_DAYS 应为 1 到 1096 的整数，单位为天，现为“一年”。"),
    ],
)
def test_production_refuses_what_is_not_safe(change: dict[str, str], sentence: str) -> None:
    process = start(**(GOOD | change))
    assert process.returncode == 1
    assert sentence in process.stderr


@pytest.mark.trust("T50")
@pytest.mark.parametrize("change", [{"SECRET_KEY": "weak"}, {"DATABASE_URL": ""}, {"NINGBO_MODE": "live"}])
@pytest.mark.parametrize("start", ["manage.py", "granian"])
def test_what_is_refused_is_told_in_one_line(change: dict[str, str], start: str) -> None:
    code = {
        "manage.py": "import sys; sys.argv = ['manage.py', 'check_audit']; import manage; manage.main()",
        "granian": "import ningbo_windows.wsgi",
    }[start]
    process = run(code, **(GOOD | change))
    assert (process.returncode, process.stdout, len(process.stderr.splitlines())) == (1, "", 1)
    assert next(iter(change)) in process.stderr


@pytest.mark.clause("N36")
@pytest.mark.parametrize("text", ["", "米", "-1", "0", "499", "10001", "1e3", "2000.0", "２０００", "9" * 400])
def test_a_number_that_cannot_be_meant_is_refused_with_what_is_wanted(text: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        whole_number("NINGBO_OVERLAP_METRES", text, low=500, high=10_000, unit="米")
    wanted = f"NINGBO_OVERLAP_METRES 应为 500 到 10000 的整数，单位为米，现为“{text[:40]}”。"
    assert str(refused.value) == wanted


@pytest.mark.parametrize(("text", "number"), [("500", 500), (" 2000 ", 2_000), ("10000", 10_000)])
def test_a_number_within_its_bounds_is_taken(text: str, number: int) -> None:
    assert whole_number("NINGBO_OVERLAP_METRES", text, low=500, high=10_000, unit="米") == number


@pytest.mark.parametrize(("text", "numbers"), [("90", (90,)), ("30, 180,90", (180, 90, 30)), ("1,10", (10, 1))])
def test_a_list_of_numbers_is_taken_with_the_largest_first(text: str, numbers: tuple[int, ...]) -> None:
    assert whole_numbers("NINGBO_EXPIRY_WARNINGS", text, low=1, high=180, most=3) == numbers


@pytest.mark.parametrize("text", ["", ",", "90,", "0,90", "90,181", "90,90", "1,2,3,4", "90，30"])
def test_a_list_with_a_number_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="NINGBO_EXPIRY_WARNINGS"):
        whole_numbers("NINGBO_EXPIRY_WARNINGS", text, low=1, high=180, most=3)


MAIL = {"EMAIL_URL": "smtp+tls://us%40er:p%23w@mail.example.cn", "NINGBO_MAIL_FROM": "windows@example.cn"}


def mail_settings(**environment: str) -> str:
    """What a process with this environment knows of its mail server."""
    names = "MAIL_ENABLED EMAIL_HOST EMAIL_PORT EMAIL_HOST_USER EMAIL_HOST_PASSWORD EMAIL_USE_TLS EMAIL_USE_SSL"
    code = f"from django.conf import settings; print(*(getattr(settings, name) for name in '{names}'.split()))"
    process = run(code, **environment)
    assert process.returncode == 0, process.stderr
    return process.stdout.strip()


def test_without_an_address_of_a_server_mail_is_off() -> None:
    assert mail_settings(**GOOD) == "False  25   False False"


def test_the_mail_server_is_read_from_one_address() -> None:
    assert mail_settings(**GOOD | MAIL) == "True mail.example.cn 587 us@er p#w True False"
    other = {"EMAIL_URL": "smtp+ssl://u:p@mail.example.cn:4650"}
    assert mail_settings(**GOOD | MAIL | other) == "True mail.example.cn 4650 u p False True"


def test_the_demo_writes_to_nobody() -> None:
    assert mail_settings(NINGBO_MODE="demo", NINGBO_NO_SETUP="1", SECRET_KEY="x" * 50, **MAIL).startswith("False ")


@pytest.mark.trust("T50")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"EMAIL_URL": "mail.example.cn"}, "EMAIL_URL 须写成"),
        ({"EMAIL_URL": "http://u:geheim@mail.example.cn"}, "EMAIL_URL 须写成"),
        ({"EMAIL_URL": "smtp+tls://u:geheim@mail.example.cn:port"}, "EMAIL_URL 须写成"),
        ({"EMAIL_URL": "smtp+tls://u:ge/heim@mail.example.cn"}, "EMAIL_URL 须写成"),
        ({"EMAIL_URL": "smtp://u:geheim@mail.example.cn"}, "EMAIL_URL 指向其他主机时须加密"),
        ({"NINGBO_MAIL_FROM": ""}, "还须用 NINGBO_MAIL_FROM 写明发件邮箱"),
    ],
)
def test_a_mail_server_that_cannot_be_right_is_refused_and_its_password_not_told(
    change: dict[str, str], sentence: str
) -> None:
    process = start(**GOOD | MAIL | change)
    assert process.returncode == 1
    assert sentence in process.stderr
    assert "heim" not in process.stderr + process.stdout


@pytest.mark.trust("T50")
def test_a_server_is_described_without_its_password() -> None:
    assert repr(mail_server("smtp+tls://u:geheim@mail.example.cn")) == "MailServer(host='mail.example.cn', port=587)"


def test_a_command_beside_the_demo_links_to_where_the_demo_is(tmp_path: Path) -> None:
    code = (
        "import pathlib, ningbo_windows.settings as s; "
        f"s.LOCAL_DIR = pathlib.Path({str(tmp_path)!r}); print(s.served_address())"
    )
    assert run(code, NINGBO_MODE="demo").stdout == "http://127.0.0.1:8000\n"
    (tmp_path / "address").write_text("http://127.0.0.1:8103")
    assert run(code, NINGBO_MODE="demo").stdout == "http://127.0.0.1:8103\n"
    assert run(code, NINGBO_MODE="local").stdout == "http://127.0.0.1:8000\n"
