"""Good examples (典型案例): written by the city, published and withdrawn."""
