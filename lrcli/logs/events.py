"""TensorBoard's event files, read without TensorFlow: frames of protobuf, of which only the scalars are used."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from lrcli.logs.builder import Builder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.logs.source import Source

_HEADER, _FOOTER = 12, 4
_LARGEST = 1 << 26
"""Bytes of the longest event; a longer length is an error in the file."""
_STRETCH = 1 << 14


def is_event_file(head: bytes) -> bool:
    """Return whether a file that begins so holds TensorBoard's events."""
    if len(head) < _HEADER:
        return False
    (length,) = struct.unpack_from("<Q", head)
    return b"brain.Event" in head[:200] and 0 < length < _LARGEST


def read_events(source: Source) -> Builder:
    """Return the scalars of each tag over the events' steps."""
    builder = Builder("TensorBoard", source.needed)
    stretch: list[dict[str, object]] = []
    for event in _frames(source):
        try:
            stretch += _scalars(event)
        except (ValueError, IndexError, struct.error):
            source.notes.append("an event that cannot be read is left out")
        if len(stretch) >= _STRETCH:
            builder.add_rows(stretch)
            stretch = []
        if builder.full:
            break
    builder.add_rows(stretch)
    return builder


def _frames(source: Source) -> Iterator[bytes]:
    """Yield the events; a file that breaks off, or a length that cannot be, ends them with a note."""
    while header := source.read(_HEADER):
        length = struct.unpack_from("<Q", header)[0] if len(header) == _HEADER else _LARGEST
        event = source.read(length) if length < _LARGEST else b""
        if len(event) < length or len(source.read(_FOOTER)) < _FOOTER:
            source.notes.append("the file breaks off within an event, or an event says a wrong length")
            return
        yield event


def _scalars(event: bytes) -> Iterator[dict[str, object]]:
    """Yield a row for each scalar of an event."""
    step, summary = 0, b""
    for number, value in _fields(event):
        if number == 2 and isinstance(value, int):
            step = value
        if number == 5 and isinstance(value, bytes):
            summary = value
    for number, value in _fields(summary):
        if number == 1 and isinstance(value, bytes) and (found := _scalar(value)):
            yield {"step": step, found[0]: found[1]}


def _scalar(value: bytes) -> tuple[str, object] | None:
    """Return the tag and the number of a summary's value: a simple_value, or a tensor of one float."""
    fields = dict(_fields(value))
    tag, number, tensor = fields.get(1), fields.get(2), fields.get(8)
    if isinstance(tensor, bytes):
        packed = dict(_fields(tensor))
        number = packed.get(5, packed.get(4))
    if not isinstance(tag, bytes) or not isinstance(number, bytes) or len(number) not in (4, 8):
        return None
    return tag.decode("utf-8", "replace"), np.frombuffer(number, "<f4" if len(number) == 4 else "<f8")[0].item()


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the fields of a message: the number of each, and its value."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(message, at)
            yield number, value
            continue
        length, at = _varint(message, at) if wire == 2 else ({1: 8, 5: 4}[wire], at) if wire in (1, 5) else (-1, at)
        if length < 0 or at + length > len(message):
            raise ValueError("a field that does not fit")
        yield number, message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """Return a number of variable length, and where it ends."""
    result = shift = 0
    while True:
        byte = message[at]
        result |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return result, at
        if shift > 63:
            raise ValueError("a number without end")
