"""Released allocations for everybody: pages, files and the open interface, so that anyone can recompute them."""
