"""From a command line, or a shell script with one, to plain data with places; nothing is run."""

from __future__ import annotations

import copy
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from lrcli.problems import KEY, Path, Problem, SpecError
from lrcli.spec.source import PROGRAMS, PROMPT
from lrcli.spec.tools.changes import value_of
from lrcli.spec.tools.tree import put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_MOST = 5000
"""More words than any command line has."""
_LONGEST = 1 << 18
_LONGEST_WORD = 20_000
_TOKEN = re.compile(
    r"""
    (?P<skip> (?: [ \t\r] | \\\r?\n )+ | (?<![^\s;&|]) \#[^\n]* )
    | (?P<end> && | \|\| | [;&|\n] )
    | (?P<array> [A-Za-z_]\w*\+?=\( )
    | (?P<close> \) )
    | (?P<word> (?: "(?:\\.|[^"\\])*" | '[^']*' | \\. | [^\s"'\\;&|()] )+ )
    | (?P<other> . )
    """,
    re.DOTALL | re.VERBOSE,
)
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_REFERENCE = re.compile(
    r"\$(?:\{(?P<braced>[A-Za-z_]\w*)(?:\[[@*]\])?(?::?-(?P<default>[^}]*))?\}|(?P<bare>[A-Za-z_]\w*))"
)
_QUOTED = re.compile(r"""'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^'"\\]+)""", re.DOTALL)
_PAIR = re.compile(r"\+{0,2}([A-Za-z_][\w.+-]*)=(.*)", re.DOTALL)
_FILE = re.compile(r".+\.(ya?ml|json|toml|py)", re.IGNORECASE)
_SECTIONED = re.compile(r"[A-Z][A-Z0-9_]*(\.[A-Z0-9_]+)+")
_LAUNCHERS = ("torch.distributed.run", "torch.distributed.launch", "accelerate.commands.launch", "deepspeed")
_ALIASES = {"b": "batch_size", "c": "config", "config_file": "config", "cfg_options": "", "opts": ""}


class Word(NamedTuple):
    """A word of a command, and where it begins in the text."""

    text: str
    at: int


def is_script(text: str, name: str) -> bool:
    """Return whether a file is a shell script, by its first line or its name."""
    shebang = text.startswith("#!") and "sh" in text.partition("\n")[0]
    return shebang or name.lower().endswith((".sh", ".bash", ".slurm", ".sbatch"))


def read(text: str, name: str, beside: Callable[[str], object] | None = None) -> tuple[object, dict[Path, str]]:
    """Return the options of the command in a text, merged over the configuration files that it names, and their places.

    Args:
        text: The command line, or the script.
        name: The name of the file, for the places.
        beside: Reads a file that the command names.

    Raises:
        SpecError: If no command trains, or the text is too long.
    """
    if len(text) > _LONGEST:
        raise SpecError(Problem(message=f"a script of more than {_LONGEST >> 10} KiB is not read", place=name))
    commands = list(_commands(text))
    trains = [arguments for words in commands if (arguments := _arguments(words)) is not None]
    if not trains:
        message = "holds no command that trains, such as python train.py --lr 0.1"
        raise SpecError(Problem(message=message, place=name))
    best = max(trains, key=lambda words: sum("lr" in word.text or "learning_rate" in word.text for word in words))
    options = list(_options(best))
    data = _configured([str(value) for key, value, _ in options if key == "config"], beside)
    places: dict[Path, str] = {(): name}
    starts = [match.start() for match in re.finditer("^", text, re.MULTILINE)]
    for key, value, at in options:
        if key != "config":
            path = tuple(key.split("."))
            put(data, path, value)
            line = bisect_right(starts, at)
            places[path] = places[*path, KEY] = f"{name}:{line}:{at - starts[line - 1] + 1}"
    return data, places


def _configured(names: list[str], beside: Callable[[str], object] | None) -> dict[str, object]:
    """Return the merged configuration files of a command; a later file replaces values of an earlier one."""
    data: dict[str, object] = {}
    for name in names:
        base = None if beside is None else beside(name)
        data |= copy.deepcopy(base) if isinstance(base, dict) else {}
    return data


def _commands(text: str) -> Iterator[list[Word]]:
    """Yield the commands of a script, with the variables that it sets itself replaced by their values."""
    known: dict[str, list[Word]] = {}
    words: list[Word] = []
    array = ""
    for match in _TOKEN.finditer(text.removeprefix(PROMPT).rjust(len(text)) + "\n"):
        if array:
            if match.lastgroup == "close":
                known[array], words, array = words, [], ""
            elif match.lastgroup == "word":
                words += _expanded(Word(match[0], match.start()), known)
        elif match.lastgroup == "array" and not words:
            array = match[0].rstrip("+=(")
            words = known.get(array, []) if "+" in match[0] else []
        elif match.lastgroup == "word":
            words += _expanded(Word(match[0], match.start()), known)
        elif match.lastgroup == "end" and words:
            if not _take_assignments(words, known):
                yield words
            words = []
        if len(words) > _MOST:
            raise SpecError(f"a command of more than {_MOST:,} words is not read")


def _take_assignments(words: list[Word], known: dict[str, list[Word]]) -> bool:
    """Record the variables that a command sets, and return True, if it does nothing else."""
    words = words[1:] if words[0].text in ("export", "local", "readonly", "declare") else words
    found = [(match, word) for word in words if (match := _ASSIGNMENT.fullmatch(word.text))]
    if len(found) != len(words):
        return False
    for match, word in found:
        begin = word.at + match.start(2)
        known[match[1]] = [Word(part[0], begin + part.start()) for part in re.finditer(r"\S+", match[2])]
    return True


def _expanded(word: Word, known: dict[str, list[Word]]) -> list[Word]:
    """Return a word without its quotes, or the words of a variable; unknown variables stay as they are."""
    if len(word.text) > _LONGEST_WORD:
        raise SpecError(f"a word of more than {_LONGEST_WORD:,} characters is not read")
    bare = word.text.strip('"')
    if (match := _REFERENCE.fullmatch(bare)) and (match["braced"] or match["bare"]) in known:
        return known[match["braced"] or match["bare"]]
    text = "".join(_unquoted(match, known) for match in _QUOTED.finditer(word.text))
    return [Word(text, word.at)]


def _unquoted(match: re.Match[str], known: dict[str, list[Word]]) -> str:
    if match[1] is not None:
        return match[1]

    def value(reference: re.Match[str]) -> str:
        words = known.get(reference["braced"] or reference["bare"])
        return reference["default"] or reference[0] if words is None else " ".join(word.text for word in words)

    text = re.sub(r"\\(.)", r"\1", re.sub(r"\\\r?\n", " ", match[2])) if match[2] is not None else match[3] or match[4]
    found = _REFERENCE.sub(value, text)
    if len(found) > _LONGEST_WORD:
        raise SpecError(f"a word of more than {_LONGEST_WORD:,} characters is not read")
    return found


def _arguments(words: list[Word]) -> list[Word] | None:
    """Return the words after the program that trains; None if there is none.

    The words before it belong to torchrun, accelerate, deepspeed or srun.
    """
    texts = [word.text for word in words]
    for i, text in enumerate(texts):
        before = texts[i - 1] if i else ""
        if before == "-m" and text not in _LAUNCHERS:
            return words[i + 1 :]
        if text.endswith(".py") or text in PROGRAMS:
            return words[i + 1 :]
    return words if texts and texts[0].startswith("--") else None


def _options(words: Iterable[Word]) -> Iterator[tuple[str, object, int]]:
    """Yield the options of a command: key, value, and where each begins."""
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if _is_option(word.text):
            name, equals, said = word.text.lstrip("-").partition("=")
            key = _ALIASES.get(name.replace("-", "_"), name.replace("-", "_"))
            values = [said] if equals else _values(rest, most=1 if key == "config" else len(rest))
            if key:
                yield key, _value(key, values), word.at
            else:
                rest[:0] = [Word(one, word.at) for one in values]
        elif match := _PAIR.fullmatch(word.text):
            yield match[1], value_of(match[2]), word.at
        elif _SECTIONED.fullmatch(word.text) and rest:
            yield word.text, value_of(rest.pop(0).text), word.at
        elif _FILE.fullmatch(word.text):
            yield "config", word.text, word.at


def _value(key: str, values: list[str]) -> object:
    if not values:
        return True
    read = [value_of(one) for one in values]
    return values[0] if key == "config" else read[0] if len(read) == 1 else read


def _is_option(text: str) -> bool:
    return len(text) > 1 and text[0] == "-" and not re.match(r"-\.?\d", text)


def _values(rest: list[Word], most: int) -> list[str]:
    """Take the values of an option off the words that follow it."""
    found: list[str] = []
    while rest and len(found) < most and not _is_option(rest[0].text) and not (found and _FILE.fullmatch(rest[0].text)):
        if _PAIR.fullmatch(rest[0].text) and "." in rest[0].text.partition("=")[0]:
            break
        found.append(rest.pop(0).text)
    return found
