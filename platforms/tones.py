"""How a state looks, in one word: the mark-up of badges and callouts takes these and no other."""

from typing import Literal

Tone = Literal["good", "wait", "bad", "info", "neutral"]
