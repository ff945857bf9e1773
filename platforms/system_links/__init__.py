"""Whether platforms are linked to the city's information system (联通): findings, reminders."""
