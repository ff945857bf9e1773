"""What a platform is told before a decision against it, and what it answers: a D, or a revocation (告知和陈述申辩)."""
