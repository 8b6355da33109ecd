"""Numbers in Chinese characters."""

from __future__ import annotations

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
POWERS = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}
"""Of ten, by the character that says so."""


def read_numeral(text: str) -> int | None:
    """Give what a number in characters says, 321 for 三百二十一; None for none, such as 百一."""
    if set(text) <= DIGITS.keys():
        # 二〇二三 is read digit by digit
        return int("".join(str(DIGITS[char]) for char in text))
    total = section = digit = 0
    last = 10**9
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
            continue
        power = 10 ** POWERS[char]
        if char in "万亿":
            if not section + digit:
                return None
            total, section, digit, last = (total + section + digit) * power, 0, 0, 10**9
            continue
        if power >= last or (not digit and char != "十"):
            return None
        section, digit, last = section + (digit or 1) * power, 0, power
    return total + section + digit
