"""What is printed: a form as sheets of words (``form``), set as PDF/A (``pdf``) or as an editable Word file (``word``).

Nothing here knows the database. A letter is another list of blocks in the same frame (``paper.Paper``).
"""
