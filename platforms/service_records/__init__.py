"""Service records: taken in, corrected, counted, archived; the interface of other systems."""
