"""People and their roles: accounts, their settings of lists, their presses of buttons."""
