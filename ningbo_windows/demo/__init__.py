"""Invented content for the demo: three published rounds and a current one; the same for the same day, every time.

Nothing here is official. What the city keeps to itself (quotas, strong towns, parks) is made up, and so are people,
units, numbers and figures; only counties, towns and zones are real.
"""
