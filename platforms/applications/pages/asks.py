"""What is asked for at the parts of a form while it is read: a box at each part, all of them sent together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.http import QueryDict

from platforms.applications.correction import ALWAYS_OPEN, MOST_TEXT, Asked
from platforms.applications.queries.parts import WHOLE, Group, part_of_value, value_of_part, value_offered
from platforms.applications.queries.wording import Sheet
from platforms.pages.fields import PlainTextField

PREFIX = "ask-"
ATTACHMENTS = "attachments"


@dataclass
class Box:
    """The box at one part: its ``name`` in the form, what is ``typed`` in it, and what is wrong with that."""

    name: str
    label: str
    typed: str = ""
    error: str = ""

    most = MOST_TEXT

    @property
    def id(self) -> str:
        return f"id_{self.name}"


class Asks:
    """The boxes of one form: one for each part of ``choices`` and one for each of its ``files`` (key → what it is).

    What is asked about a file is asked of the attachments as a whole, with the file named in the sentence.
    """

    def __init__(
        self, choices: Sequence[Group], *, files: Mapping[str, str] | None = None, data: QueryDict | None = None
    ) -> None:
        sent = {name: str(text) for name, text in data.items()} if data is not None else {}
        parts = {value: label for _, pairs in choices for value, label in pairs}
        self.boxes = {value: self._box(value, label, sent) for value, label in parts.items()}
        self.files = {key: self._box(f"{ATTACHMENTS}-{key}", label, sent) for key, label in (files or {}).items()}
        known = {box.name for box in (*self.boxes.values(), *self.files.values())}
        #: Typed at parts that this form does not have; nothing of it is taken.
        self.unknown = [
            text for name, text in sent.items() if name.startswith(PREFIX) and name not in known and text.strip()
        ]

    def _box(self, value: str, label: str, sent: Mapping[str, str]) -> Box:
        name = f"{PREFIX}{value}"
        return Box(name, label, sent.get(name, ""))

    def is_valid(self) -> bool:
        """Say whether each box holds a sentence that is taken, or nothing."""
        field = PlainTextField(max_length=MOST_TEXT, required=False)
        for box in (*self.boxes.values(), *self.files.values()):
            try:
                box.typed = field.clean(box.typed)
            except ValidationError as wrong:
                box.error = "".join(wrong.messages)
        return not self.problems

    @property
    def items(self) -> list[Asked]:
        """What is asked, in the order of the form; only after :meth:`is_valid`."""
        at_parts = [Asked(*part_of_value(value), box.typed) for value, box in self.boxes.items() if box.typed]
        at_files = [Asked(ATTACHMENTS, "", f"“{box.label}”：{box.typed}") for box in self.files.values() if box.typed]
        return [*at_parts, *at_files]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """The id of the box and a sentence for each error."""
        boxes = (*self.boxes.values(), *self.files.values())
        found = [(box.id, f"{box.label}：{box.error}") for box in boxes if box.error]
        gone = [(self.whole.id, f"“{text}”所在的栏目已不在本申报表中，请改写在其他栏目处。") for text in self.unknown]
        return found + gone

    @property
    def whole(self) -> Box:
        """The box about the whole form."""
        return self.boxes[WHOLE]

    @property
    def attachments(self) -> Box:
        """The box about the attachments as a whole."""
        return self.boxes[ATTACHMENTS]

    def at(self, sheets: Sequence[Sheet], *, of_unit: bool = False) -> list[Sheet]:
        """Return ``sheets`` with the box at each section, field and table; ``of_unit`` leaves out the county's own."""
        for sheet in sheets:
            for pair in sheet.pairs:
                if not (of_unit and (sheet.slug, pair["name"]) in ALWAYS_OPEN):
                    pair["ask"] = self._offered(sheet.slug, pair["name"])
            for table in sheet.tables:
                table["ask"] = self._offered(sheet.slug, table["name"])
        # What stands alone in its section has its box at the section.
        return [replace(sheet, ask=self.boxes.get(value_of_part(sheet.slug))) for sheet in sheets]

    def _offered(self, slug: str, name: str) -> Box | None:
        value = value_offered(slug, name)
        return None if value == slug else self.boxes.get(value)
