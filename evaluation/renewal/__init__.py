"""What happens while a certification runs towards its end: warnings, renewal, the list for higher recognition."""
