"""The tasks of the phases: templates, the board, what is done, and dates that move."""
