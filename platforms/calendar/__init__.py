"""What is due: the calendar of a person, its feed, and the reminders."""
