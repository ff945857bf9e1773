"""A county's applications in one workbook: template, reading, checks, marking; what is taken in goes to the service."""
