"""What the pages of an application at the desk and in the back office share."""
