"""Coverage of the strong industrial towns, and platforms that lie close together."""
