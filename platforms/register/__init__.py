"""The page of one platform in the back office, with its standings and its cases."""
