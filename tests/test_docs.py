"""The generated pages say what the code says."""

from tests import clauses, workflows


def test_the_table_of_clauses_is_current() -> None:
    assert clauses.PAGE.read_text(encoding="utf-8") == clauses.page()


def test_every_mark_names_a_clause_that_exists() -> None:
    assert sorted(set(clauses.marked("clause")) - set(clauses.CLAUSES)) == []


def test_the_diagrams_are_current() -> None:
    assert workflows.PAGE.read_text(encoding="utf-8") == workflows.page()
