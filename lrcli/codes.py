"""Where the frameworks' declarations that have no page yet find the class of what they yield."""

from __future__ import annotations

from lrcli.problems import Finding as Caution

__all__ = ["Caution"]
