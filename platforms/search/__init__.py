"""One search over what has a name or a number, by name, pinyin, initials, code and number."""
