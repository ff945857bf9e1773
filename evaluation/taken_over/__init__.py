"""Results and certificates of years before this system, taken over from a workbook with their old numbers."""
