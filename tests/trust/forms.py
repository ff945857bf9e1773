"""The forms of a page as a browser holds them, and values that they take."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF"
)


@dataclass
class Box:
    """One input, choice or text."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    checked: bool = False


@dataclass
class Form:
    """One ``<form method="post">`` with its boxes and its buttons; the main one is pressed, else the first."""

    page: str
    action: str
    boxes: list[Box] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    main: tuple[str, str] | None = None

    @property
    def path(self) -> str:
        return urlsplit(self.action).path

    @property
    def route(self) -> str:
        return resolve(self.path).route

    def sent(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return what a browser sends: the boxes as they stand, empty ones filled from ``values`` or by their kind."""
        data: dict[str, Any] = {}
        for box in self.boxes:
            if box.name in values:
                data[box.name] = values[box.name]
            elif box.kind == "radio":
                if box.checked or (box.name not in data and box.value):
                    data[box.name] = box.value
            elif box.kind == "checkbox":
                if box.checked:
                    data.setdefault(box.name, []).append(box.value)
            elif box.kind == "file":
                data[box.name] = SimpleUploadedFile("证明.pdf", PDF, "application/pdf")
            elif box.kind == "select":
                data[box.name] = box.value or next((each for each in box.options if each), "")
            else:
                data[box.name] = box.value or ("" if box.kind == "hidden" else DEFAULTS.get(box.kind, "情况属实"))
        name, value = self.main or next(iter(self.buttons), ("", ""))
        return data | ({name: value} if name else {})


DEFAULTS = {"date": "2026-05-12", "datetime-local": "2026-05-12T09:00", "email": "a@example.cn", "number": "3"}


class Reader(HTMLParser):
    """Collects the forms of one page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms = page, list[Form]()
        self.form: Form | None = None
        self.text: Box | None = None
        self.named: dict[str, Form] = {}
        self.off = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(self.page, urljoin(self.page, at.get("action", "")))
            if at.get("method", "").lower() == "post":
                self.forms.append(self.form)
            if at.get("id"):
                self.named[at["id"]] = self.form
            return
        form = self.named.get(at.get("form", ""), self.form)
        if form is None:
            return
        if tag == "fieldset" and "disabled" in at:
            self.off += 1
        if self.off or "disabled" in at:
            return
        name = at.get("name", "")
        if tag == "input" and name and at.get("type") not in ("submit", "button", "reset", "image"):
            kind = at.get("type", "text")
            value = at.get("value", "on" if kind == "checkbox" else "")
            form.boxes.append(Box(name, kind, value, checked="checked" in at))
        elif tag == "textarea" and name:
            self.text = Box(name, "textarea")
            form.boxes.append(self.text)
        elif tag == "select" and name:
            form.boxes.append(Box(name, "select"))
        elif tag == "option" and form.boxes and form.boxes[-1].kind == "select":
            form.boxes[-1].options.append(at.get("value", ""))
            if "selected" in at:
                form.boxes[-1].value = at.get("value", "")
        elif tag in ("button", "input") and at.get("type", "submit") == "submit":
            form.buttons.append((name, at.get("value", "")))
            if "button--main" in at.get("class", ""):
                form.main = form.buttons[-1]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "textarea":
            self.text = None
        elif tag == "fieldset" and self.off:
            self.off -= 1

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.value += data.lstrip("\n") if not self.text.value else data


def forms_of(page: str, content: str) -> list[Form]:
    """Return the forms of ``page`` that are sent by POST."""
    reader = Reader(page)
    reader.feed(content)
    return reader.forms
