"""A browser that finds every page below a door by itself and presses every button on it."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page, Response

from tests.patience import until

#: Ends the session, and with it the walk.
LEAVES = re.compile(r"/logout/$")
#: What a page holds of links and of buttons that send a form.
LINKS = "() => [...document.querySelectorAll('a[href]')].map((each) => each.href)"
BUTTONS = """() => [...document.forms].flatMap((form, at) => [...form.elements]
    .filter((each) => each.type === 'submit' || each.type === 'image')
    .map((each) => ({
        form: at, place: [...form.elements].indexOf(each), name: each.name,
        value: /^\\d*$/.test(each.value) ? '' : each.value,
        action: each.hasAttribute('formaction') ? each.formAction : form.action, method: each.formMethod || form.method,
        text: each.textContent.trim(),
    })))"""
#: The form as the browser itself sends it, with the button that was pressed and without any script of the page.
SEND = """([form, place]) => {
    const [sent, button] = [document.forms[form], document.forms[form].elements[place]];
    const pressed = document.createElement('input');
    Object.assign(pressed, { type: 'hidden', name: button.name, value: button.value });
    if (button.name) sent.append(pressed);
    if (button.hasAttribute('formaction')) sent.action = button.formAction;
    setTimeout(() => HTMLFormElement.prototype.submit.call(sent));
}"""


def view_of(address: str) -> str:
    """Return which view answers ``address``: pages of one view are one page with other data.

    Below a fill link each section is a page of its own.
    """
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return address
    return f"{found.view_name} {found.kwargs.get('slug', '') if found.app_name == 'fill' else ''}"


@dataclass
class Pressed:
    """One button that was pressed: on which page, what it is called, and what the server answered."""

    page: str
    text: str
    status: int


@dataclass
class Walk:
    """A walk below the path ``door`` from ``start``, which presses each button that sends something once.

    What ``last`` names ends the walk and is pressed at the end.
    """

    page: Page
    door: str
    start: str
    last: str = "-"
    pressed: list[Pressed] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Boxes that a page filled in again by itself would be asked about.
        self.page.on("dialog", lambda dialog: dialog.accept())

    def run(self) -> "Walk":
        waiting, late = [self.start], []
        views, buttons = {view_of(self.start)}, set()
        while waiting:
            address = waiting.pop(0)
            if not self._open(address):
                continue
            for link in self.page.evaluate(LINKS):
                here = urlsplit(link)
                inside = here.path.startswith(self.door) and here.netloc == urlsplit(self.page.url).netloc
                if inside and view_of(link) not in views and not LEAVES.search(here.path):
                    views.add(view_of(link))
                    waiting.append(link)
            for button in self.page.evaluate(BUTTONS):
                key = (view_of(button["action"]), button["name"], button["value"])
                if key in buttons or button["method"] != "post" or LEAVES.search(urlsplit(button["action"]).path):
                    continue
                buttons.add(key)
                if self.last in urlsplit(button["action"]).path:
                    late.append((address, button))
                else:
                    self._press(address, button)
        for address, button in late:
            self._press(address, button)
        return self

    def _open(self, address: str) -> bool:
        """Open a page; a file is no page."""
        path = urlsplit(address).path
        answer = self.page.request.get(address)
        self.statuses[path] = answer.status
        if answer.status >= 400 or "text/html" not in answer.headers.get("content-type", ""):
            return False
        if "attachment" in answer.headers.get("content-disposition", ""):
            return False
        self.page.goto(address)
        return True

    def _press(self, address: str, button: dict[str, Any]) -> None:
        """Press a button on its page, opened anew; one that went with what was pressed before is left out."""
        tab = self.page
        tab.goto(address)
        here = tab.evaluate(BUTTONS)
        same = [each for each in here if (each["name"], each["action"]) == (button["name"], button["action"])]
        if same:
            told = self._send(same[0])
            self.pressed.append(Pressed(view_of(address), button["text"], told.status))

    def _send(self, button: dict[str, Any]) -> Response:
        """Send the form and return what the server answered, once the page that follows is there or the file begins."""
        come: list[object] = []

        def note(what: object) -> None:
            come.append(what)

        self.page.on("framenavigated", note)
        self.page.on("download", note)
        with self.page.expect_response(_is_post) as told:
            self.page.evaluate(SEND, [button["form"], button["place"]])
        until(lambda: come, pause=lambda: self.page.wait_for_timeout(20))
        self.page.remove_listener("framenavigated", note)
        self.page.remove_listener("download", note)
        self.page.wait_for_load_state()
        return told.value


def _is_post(answer: Response) -> bool:
    return answer.request.is_navigation_request() and answer.request.method == "POST"


def refused(walk: Walk) -> list[Pressed]:
    """Return the buttons that were refused or failed."""
    return [each for each in walk.pressed if each.status == 403 or each.status >= 500]
