"""Releases in the back office: the act of releasing a run, and the list of what was released."""
