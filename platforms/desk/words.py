"""The wording of the form for the pages of the desk; the functions stand where queries reach them too."""

from platforms.wording import (
    NOTHING,
    TABLES,
    Sheet,
    answer_in_words,
    in_words,
    label_of,
    moment,
    sheets_of,
)

__all__ = ["NOTHING", "TABLES", "Sheet", "answer_in_words", "in_words", "label_of", "moment", "sheets_of"]
