"""Text for terminals that show only ASCII."""

from __future__ import annotations

_SIGNS = {
    "−": "-", "–": "-", "·": "*", "×": "x", "π": "pi", "γ": "gamma", "τ": "tau", "Σ": "sum ", "√": "sqrt", "≈": "~",
    "≤": "<=", "≥": ">=", "⌊": "floor(", "⌈": "ceil(", "⌋": ")", "⌉": ")", "…": "...", "↗": "up to", "↘": "down to",
    "ä": "ae", "±": "+-", "┌": "+", "│": "|", "└": "+",
    "↑": "Up", "↓": "Down", "←": "Left", "→": "Right",
}  # fmt: skip


def to_ascii(text: str) -> str:
    """Return a text with every sign beyond ASCII spelt out; a question mark for those without a spelling."""
    return "".join(_SIGNS.get(sign, sign) for sign in text).encode("ascii", "replace").decode()
