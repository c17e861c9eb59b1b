"""From YAML text to ruamel's nodes: faster than ruamel by itself, and no more of them than a spec has."""

from __future__ import annotations

import re
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.parser import Parser
from ruamel.yaml.scanner import Scanner
from ruamel.yaml.tokens import ScalarToken

from lrcli.problems import SpecError

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

MOST = 25_000
"""More values than any spec has; a file that holds more, or unfolds into more, is refused."""


class _Scanner(Scanner):
    """ruamel's tokens in two thirds of the time: each is completed once, and words and comments are read whole."""

    complete = -1
    """The number of the first token, once it is known that no mapping begins in front of it."""

    def check_token(self, *choices: type) -> bool:
        """Return whether the next token is of one of these kinds."""
        if self.complete != self.tokens_taken or not self.tokens:
            self.peek_token()
        return bool(self.tokens) and (not choices or isinstance(self.tokens[0], choices))

    def peek_token(self) -> Any:
        """Return the next token, and leave it there."""
        if self.complete != self.tokens_taken or not self.tokens:
            while self.need_more_tokens():
                self.fetch_more_tokens()
            self.complete = self.tokens_taken
        return self.tokens[0] if self.tokens else None

    def get_token(self) -> Any:
        """Return the next token, and go on to the one after it."""
        token = self.peek_token()
        if token is not None:
            self.tokens_taken += 1
            del self.tokens[0]
        return token

    def scan_to_next_token(self) -> Any:
        """Skip spaces, comments and ends of lines."""
        reader = self.reader
        if match := _BETWEEN.match(reader.buffer, reader.pointer):
            if lines := match[1].count("\n"):
                reader.line += lines
                reader.column = 0
                self.allow_simple_key = self.allow_simple_key or not self.flow_level
            self._move(match, len(match[2]))
        return super().scan_to_next_token() if reader.buffer[reader.pointer] in _RARE else None

    def scan_plain(self) -> Any:
        """Return a scalar without quotes; most keys, and words in brackets, are found by one pattern."""
        reader = self.reader
        match = (_WORD_IN_BRACKETS if self.flow_level else _KEY_WORD).match(reader.buffer, reader.pointer)
        if match is None:
            return super().scan_plain()
        start = reader.get_mark()
        self.allow_simple_key = False
        self._move(match, len(match[0]))
        return ScalarToken(match[0], plain=True, start_mark=start, end_mark=reader.get_mark())

    def _move(self, match: re.Match[str], columns: int) -> None:
        """Move the reader to the end of a match, which is `columns` columns further."""
        self.reader.pointer = match.end()
        self.reader.index += len(match[0])
        self.reader.column += columns


_BETWEEN = re.compile(r"((?: *(?:#[^\0\r\n\x85\u2028\u2029\ufeff]*)?\n)*)( *)")
_RARE = "\t\r#\x85\u2028\u2029\ufeff"
"""What else may stand between tokens, and is left to ruamel's own scanner."""
_KEY_WORD = re.compile(r"[A-Za-z_][\w.+-]*(?=:[ \n])", re.ASCII)
_WORD_IN_BRACKETS = re.compile(r"[A-Za-z0-9_.][\w.+%/-]*(?=[,\]}]|:[ \n])", re.ASCII)


class _Parser(Parser):
    """ruamel's parser, with its neighbours looked up once and not at every token: a quarter of the time of reading."""

    scanner = cached_property(attrgetter("loader.scanner"))
    resolver = cached_property(attrgetter("loader.resolver"))


class _Composer(Composer):
    """ruamel's composer, but it stops at too many values: a megabyte of them takes seconds."""

    composed = 0

    parser = cached_property(attrgetter("loader.parser"))
    resolver = cached_property(attrgetter("loader.resolver"))

    def compose_node(self, parent: Node | None, index: object) -> Node | None:
        """Return the next node.

        Raises:
            SpecError: If there are too many.
        """
        self.composed += 1
        if self.composed > MOST:
            raise SpecError(f"holds more than {MOST:,} values")
        node: Node | None = super().compose_node(parent, index)
        return node


class Reader(YAML):
    """ruamel's safe reader, made of the parts above."""

    def __init__(self) -> None:
        super().__init__(typ="safe", pure=True)
        self.Composer, self.Parser, self.Scanner = _Composer, _Parser, _Scanner

    def official_plug_ins(self) -> list[str]:
        """Return no plug-ins: ruamel looks for them on the disk, once a file."""
        return []
