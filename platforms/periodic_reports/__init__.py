"""Periodic reports (定期报送): set by the city, made as rows, handed in by the county."""
