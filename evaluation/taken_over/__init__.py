"""Results and certificates from before this system, taken over from a workbook."""
