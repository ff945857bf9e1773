"""Work that takes longer than a request: who asked, how far it is, what came of it, and the workers that do it."""
