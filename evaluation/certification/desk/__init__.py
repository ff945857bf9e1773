"""Documents and plaques of a certification at the desk."""
