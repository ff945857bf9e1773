"""Take the pictures of the handbook from a running demo.

``python -m tests.browser.screenshots BASE OUT --password PW``: BASE is the address that ``manage.py demo`` prints, PW
what it was started with. The demo should be a fresh one, because the pictures show what waits there. One fill link is
made on the way; nothing else is changed.
"""

import argparse
import os
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from ningbo_windows.management.commands.test import find_chromium

DESKTOP, PHONE = (1280, 800), (390, 800)
#: A picture in so many colours takes a third of the bytes and reads as well.
COLOURS = 200
#: The rows of a list, not those of a chart above it.
ROWS = "main tbody a[href*='/change/'], main tbody a[href^='/desk/applications/']"


class Camera:
    """One person in one browser window of a fixed size."""

    def __init__(
        self,
        browser: Browser,
        base: str,
        out: Path,
        *,
        size: tuple[int, int] = DESKTOP,
        user: str = "",
        password: str = "",
    ) -> None:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
        self.page: Page = context.new_page()
        self.base, self.out = base, out
        if user:
            self.page.goto(f"{base}/admin/login/")
            self.page.fill("#id_username", user)
            self.page.fill("#id_password", password)
            self.page.click("#login-form [type=submit]")
            if self.page.locator("#login-form").count():
                sys.exit(f"{user} cannot log in: is PW the password of this demo?")

    def go(self, path: str) -> None:
        """Open ``path``, relative to BASE."""
        self.page.goto(self.base + path)

    def open_first(self) -> None:
        """Open the first row of the list on the page."""
        address = self.page.locator(ROWS).first.get_attribute("href")
        self.go(address or "/")

    def take(self, name: str, *, at: str = "") -> None:
        """Keep what is on the screen as ``name``.png, scrolled so that ``at`` stands at the top."""
        if at:
            self.page.locator(at).first.evaluate("(element) => window.scrollTo(0, element.offsetTop - 12)")
        path = self.out / f"{name}.png"
        self.page.wait_for_load_state("networkidle")
        self.page.screenshot(path=path)
        with Image.open(path) as taken:
            few = taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
        print(name)


def public(browser: Browser, base: str, out: Path) -> None:
    """What anyone sees."""
    camera = Camera(browser, base, out)
    camera.go("/")
    camera.take("public-home")
    camera.go("/map/?region=330212")
    camera.take("public-map", at=".map-columns")
    camera.go("/results/")
    camera.go(camera.page.locator("main tbody a[href^='/results/']").first.get_attribute("href") or "/")
    camera.take("public-platform")
    camera.go("/statistics/")
    camera.take("public-statistics")
    camera.go("/admin/login/")
    camera.take("login")
    phone = Camera(browser, base, out, size=PHONE)
    phone.go("/verify/")
    phone.take("public-verify")


def county(browser: Browser, base: str, out: Path, password: str) -> None:
    """What a county officer and the operating unit see."""
    camera = Camera(browser, base, out, user="yinzhou", password=password)
    camera.go("/desk/")
    camera.take("county-home")
    camera.go("/desk/?status=returned")
    camera.open_first()
    camera.take("county-returned")
    camera.go("/desk/?status=draft")
    camera.open_first()
    application = camera.page.url.removeprefix(base)
    camera.go(f"{application}operator/")
    camera.take("county-section")
    camera.go(f"{application}submit/")
    camera.take("county-submit")
    for name, path in (
        ("county-workbench", "/desk/workbench/"),
        ("county-board", "/desk/tasks/"),
        ("county-entry", "/desk/services/new/"),
    ):
        camera.go(path)
        camera.take(name)
    camera.go(f"{application}links/")
    camera.page.fill("main [name=recipient]", "测试街道企业服务中心")
    camera.page.click("main form button[type=submit]")
    camera.page.wait_for_selector("#fill-address")
    camera.take("county-link")
    unit = Camera(browser, base, out, size=PHONE)
    unit.page.goto(camera.page.input_value("#fill-address"))
    unit.take("unit-fill")


def city(browser: Browser, base: str, out: Path, password: str) -> None:
    """What a city officer sees."""
    camera = Camera(browser, base, out, user="city", password=password)
    camera.go("/admin/")
    camera.take("city-home")
    camera.go("/admin/platforms/application/?status__exact=submitted")
    camera.take("city-list")
    camera.open_first()
    # While reading, what is to be mended is written beside the field.
    camera.page.locator("main details.ask summary").nth(1).click()
    camera.page.locator("main details.ask textarea").nth(1).fill("请按命名规则填写平台名称。")
    camera.take("city-return")
    camera.go("/admin/platforms/round/")
    camera.open_first()
    camera.take("city-round")
    camera.go("/desk/workbench/")
    camera.take("city-workbench")
    # What waits to be scored, not what was published years ago.
    camera.go("/admin/")
    camera.page.get_by_role("link", name="完成评分").first.click()
    camera.open_first()
    camera.take("city-marking")
    camera.go("/admin/evaluation/publicnotice/")
    camera.open_first()
    camera.take("city-notice")
    camera.go("/admin/evaluation/article/")
    camera.open_first()
    camera.take("city-article")


def others(browser: Browser, base: str, out: Path, password: str) -> None:
    """What the finance officer, the assessor and the administrators see."""
    finance = Camera(browser, base, out, user="finance2", password=password)
    finance.go("/admin/funding/allocationrun/")
    finance.open_first()
    finance.take("finance-sheet")
    assessor = Camera(browser, base, out, user="assessor", password=password)
    assessor.go("/admin/evaluation/sheet/")
    assessor.open_first()
    assessor.take("assessor-sheet")
    sysadmin = Camera(browser, base, out, user="sysadmin", password=password)
    sysadmin.go("/admin/")
    sysadmin.take("sysadmin-home")
    auditor = Camera(browser, base, out, user="auditor", password=password)
    auditor.go("/admin/platforms/auditevent/")
    auditor.take("auditor-log")
    security = Camera(browser, base, out, user="security", password=password)
    security.go("/admin/platforms/user/")
    security.open_first()
    security.take("security-account")


def main() -> None:
    """Read the command line and take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base")
    parser.add_argument("out", type=Path)
    parser.add_argument("--password", required=True)
    given = parser.parse_args()
    base = given.base.rstrip("/")
    given.out.mkdir(parents=True, exist_ok=True)
    chromium = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-background-networking", "--lang=zh-CN"],
            env={**os.environ, "LANGUAGE": "zh_CN"},
        )
        public(browser, base, given.out)
        county(browser, base, given.out, given.password)
        city(browser, base, given.out, given.password)
        others(browser, base, given.out, given.password)


if __name__ == "__main__":
    main()
