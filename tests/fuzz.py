"""Fuzz all readers: `python -m tests.fuzz inline|yaml|formula|log|check|command|code [SECONDS [SEED]]`.

Whatever the input, lrcli answers or refuses in a line; written code is read back as the same spec, and gives the same
lr. Anything else (another error, more than five seconds of computing, another value) is printed with the input that
did it, which then belongs into the tests. Inputs are random: words of the language strung together, and specs made from
what the schedules declare.
"""

from __future__ import annotations

import collections
import contextlib
import gzip
import math
import os
import re
import signal
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

import lrcli
from lrcli import engine
from lrcli.code.job import Job
from lrcli.code.targets import TARGETS
from lrcli.logs.read import read_log
from lrcli.parameters import Parameter, parameters
from lrcli.registry import SCHEDULES
from lrcli.run import Run
from lrcli.schedules.expr import Expr
from lrcli.spec import write
from lrcli.spec.build import build
from tests.data import GOLDEN
from tests.logs import FORMATS, events
from tests.shell import inside

if TYPE_CHECKING:
    from collections.abc import Callable

    from lrcli.compose import Spec

SLOW = 5
"""Seconds of computing after which an input takes too long."""

WORDS = """cosine step expr python torch.StepLR timm.CosineLRScheduler plateau : + * ( ) , = # - . / % max_lr warmup for
repeat lr t x T e pi 0 1 0.1 1e-3 1e309 nan inf 10% 5ep 3st 1/3 2k { } [ ] &a *a << type schedules run defaults sequence
product metric lambda : if else and or not ** // < <= == exp log cos where min max round int ' " ! | > ? ~ null true"""
SIGNS = ["\n", " ", "\t", "\r", "\x00", "\x1b[31m", "\u202e", "\u2028", "é", "学", "😀", "\udcff", "\\"]
FORMULA = "t x T max_lr min_lr e pi 0 1 2 0.5 30 + - * / // % ** < <= == ( ) , exp( log( cos( sqrt( where( min( round("
VERBS = ["plot", "table", "compare", "export", "describe", "code", "list", "explain", "schema", "", "--help"]
OPTIONS = """--epochs --steps --steps-per-epoch --per-step --max-lr --warmup --log --xlim --ylim --at --width --json
--height --all --name --metric --format --to --diff --ascii --color --ignore --lr --help --verify --code --every -o -n
--allow-code --nothing --prefer --dialect --framework --data --dry-run --""".split()
VALUES = """1 0 100 1e15 -1 nan 0.1 0,5 3,3.0000001 x csv yaml python torch all LR001 \udcff 20 1e-300,1e300 none.csv
always exact 5ep 50%""".split()
SKIPPED = {"python"}
"""Schedules that run code."""


def soup(random: Random, words: list[str], most: int = 24) -> str:
    """Return words strung together."""
    return "".join(random.choice(words) for _ in range(random.randrange(1, most)))


def formula_of(random: Random, names: str, depth: int = 3) -> str:
    """Return a formula that can be read."""
    if depth == 0 or random.random() < 0.2:
        return random.choice([*names.split(), "0.5", "2", "30", "1e-3", "pi", "0"])
    a, b, c = (formula_of(random, names, depth - 1) for _ in range(3))
    one, two = (
        random.choice(["exp", "log", "cos", "sin", "sqrt", "floor", "ceil", "abs", "tanh", "int", "round"]),
        random.choice(["min", "max"]),
    )
    sign = random.choice(["+", "-", "*", "/", "//", "%", "**", "<", ">=", "==", "and", "or"])
    forms = [f"({a} {sign} {b})", f"({a} {sign} {b})", f"{one}({a})", f"{two}({a}, {b})", f"({a} if {b} else {c})"]
    return random.choice([*forms, f"where({a} < {b}, {b}, {c})", f"(not {a})", f"-{a}", f"clip({a}, 0, 1)"])


def number_of(random: Random, parameter: Parameter) -> float:
    """Return a number that a parameter may take, more often than not."""
    low = parameter.ge if parameter.ge is not None else parameter.gt if parameter.gt is not None else 0.0
    high = parameter.le if parameter.le is not None else parameter.lt if parameter.lt is not None else 100.0
    pick = random.random()
    if pick < 0.1:
        return random.choice([0, 1, 2, -1, 1e-9, 1e9, 0.1, low, high])
    value = random.uniform(max(low, -5), min(high, 50)) if pick < 0.6 else 10 ** random.uniform(-6, 2)
    return round(value) if parameter.kind in ("integer", "length") and pick < 0.95 else float(f"{value:.3g}")


def value_of(random: Random, parameter: Parameter) -> Any:
    """Return a value for a parameter."""
    if parameter.optional and random.random() < 0.2:
        return None
    if parameter.many:
        return sorted(number_of(random, parameter) for _ in range(parameter.size or random.randrange(1, 4)))
    match parameter.kind:
        case "switch":
            return random.random() < 0.5
        case "choice":
            return random.choice(parameter.choices)
        case "text":
            return formula_of(
                random, "t x T" if parameter.name == "lr" else "x" if "scale" in parameter.name else "epoch"
            )
        case "length" if random.random() < 0.2:
            return random.choice(["10%", "5ep", "30st", "33.3%"])
        case _:
            return number_of(random, parameter)


def spec_of(random: Random, depth: int = 2) -> Any:
    """Return the data of a spec that is often right."""
    if depth and random.random() < 0.3:
        parts = [spec_of(random, depth - 1) for _ in range(random.randrange(1, 4))]
        if random.random() < 0.4:
            return {"product": parts}
        parts = [{**part, "for": random.randrange(1, 20)} if isinstance(part, dict) else part for part in parts]
        return random.choice([parts, {"sequence": parts, "repeat": random.randrange(1, 4)}])
    declaration = random.choice([one for one in SCHEDULES.everything() if one.tag() not in SKIPPED])
    known = list(parameters(declaration))
    chosen = {p.name for p in known if p.required} | {p.name for p in random.sample(known, min(len(known), 4))}
    values = {p.name: value_of(random, p) for p in known if p.name in chosen and p.name != "for"}
    if declaration.members:
        values[declaration.members] = [spec_of(random, 0) for _ in range(2)]
    return {"type": declaration.tag(), **values}


def run_of(random: Random) -> Run:
    """Return a run."""
    total = random.choice([1, 2, 10, 50, 100, 333])
    if random.random() < 0.5:
        return Run(unit="step", total=total)
    per_epoch = random.choice([None, 3, 10])
    return Run(total=total, steps_per_epoch=per_epoch, per_step=per_epoch is not None and random.random() < 0.5)


def inline(random: Random) -> tuple[object, ...]:
    """Evaluate inline text."""
    text = soup(random, [*WORDS.split(), " "]) if random.random() < 0.5 else _inline_of(random)
    if "/" in text or "-" in text.partition(":")[0] or "python" in text or text.startswith("-"):
        return ("skipped",)
    yielded: tuple[object, ...] = (text,)
    _refusable(lambda: lrcli.evaluate(text, epochs=7, steps_per_epoch=3), yielded)
    return yielded


def _inline_of(random: Random) -> str:
    with contextlib.suppress(lrcli.SpecError):
        text = write.inline(build(spec_of(random)))
        at = random.randrange(len(text))
        return text if random.random() < 0.5 else text[:at] + random.choice(WORDS.split()) + text[at:]
    return "cosine"


def yaml(random: Random) -> tuple[object, ...]:
    """Read a file."""
    text = soup(random, [*WORDS.split(), *SIGNS, "\n", "- ", ": "], 40) + "\n"
    _refusable(lambda: lrcli.load(text), (text,))
    return (text,)


def formula(random: Random) -> tuple[object, ...]:
    """Evaluate a formula, and write it as Python."""
    text = soup(random, FORMULA.split(), 12) if random.random() < 0.3 else formula_of(random, "t x T max_lr")
    _refusable(lambda: lrcli.evaluate(Expr(expression=text), epochs=7), (text,))
    _refusable(lambda: written(Expr(expression=text), Run(total=7)), (text,))
    return (text,)


def log(random: Random) -> tuple[object, ...]:
    """Read a log."""
    cells = ["epoch", "loss", "lr", "1", "2.5", "nan", "inf", "", "x", '"', "{", "}", "[", "]", ":", "step", "\x1b[31m"]
    text = soup(random, [*cells, ",", ",", "\n", "\n", "\t", "{'loss': 0.1}", '{"loss": 1}', "Epoch 1/3"], 60)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"log{random.choice(['.csv', '.json', '.jsonl', '.txt', '.tsv', ''])}"
        path.write_text(text)
        _refusable(lambda: read_log(str(path)), (text,))
    return (path.suffix, text)


def check(random: Random) -> tuple[object, ...]:
    """Check a log of one of the tools, broken somewhere."""
    texts = [form[0].encode() for form in FORMATS.values()]
    texts += [path.read_bytes() for path in sorted((GOLDEN / "logs").glob("*.log"))]
    data = bytearray(random.choice([*texts, events([("lr", step, 0.1 / step) for step in range(1, 20)])]) * 3)
    for _ in range(random.randrange(1, 6)):
        at = random.randrange(len(data) + 1)
        data[at : at + random.choice([0, 1, 1, 4, 60])] = random.choice(
            [b"", b"\x00", b"9" * 30, b"{", b"nan", b"\n,", b"-"]
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        path.write_bytes(gzip.compress(data)[: random.choice([None, 40, -9])] if random.random() < 0.1 else data)
        _refusable(lambda: lrcli.check(str(path)), (bytes(data),))
    return (bytes(data),)


def command(random: Random) -> tuple[object, ...]:
    """Run a whole command line."""
    arguments = [random.choice(VERBS)]
    arguments += [_inline_of(random) if random.random() < 0.8 else soup(random, [*WORDS.split(), *SIGNS], 6)]
    for _ in range(random.randrange(5)):
        arguments.append(random.choice([*OPTIONS, *OPTIONS, *VALUES]))
        if random.random() < 0.7:
            arguments.append(random.choice(VALUES))
    if any("python:" in one or "evil" in one for one in arguments):
        return ("skipped",)
    result = inside(*arguments, stdin="type: cosine\n", encoding=random.choice(["utf-8", "ascii", "cp1252"]))
    known = ("error: ", "warning: ", "note: ")
    if result.code not in (0, 1, 2, 3, 4) or not all(line.startswith(known) for line in result.err.split("\n")[:-1]):
        raise AssertionError(f"{result.code}: {result.err[:200]!r} for {arguments!r}")
    if "--color" not in arguments and not all(map(str.isprintable, result.out.replace("\t", "").split("\n"))):
        raise AssertionError(f"controls on stdout for {arguments!r}")
    return tuple(arguments)


def code(random: Random) -> tuple[object, ...]:
    """Write a spec in lrcli's own forms and as Python, and read it back."""
    data, run = spec_of(random), run_of(random)
    spec: list[Spec] = []
    _refusable(lambda: spec.append(build(data)), (data,))
    if spec:
        _refusable(lambda: written(spec[0], run), (data, run))
    return (data, run)


def written(spec: Spec, run: Run) -> None:
    """Assert that what is written is what was asked."""
    for target in ("yaml", "json"):
        text = TARGETS[target](Job(spec, run)) + "\n"
        (back,) = lrcli.load(text).schedules.values()
        if write.data(back) != write.data(spec):
            raise AssertionError(f"{target} reads back as {write.data(back)} what was {write.data(spec)}")
    (again,) = lrcli.load(write.inline(spec)).schedules.values()
    if write.data(again) != write.data(spec):
        raise AssertionError(f"{write.inline(spec)} reads back as {write.data(again)} what was {write.data(spec)}")
    t = np.arange(run.points, dtype=np.float64)
    expected = engine.at(spec, run, t)
    space: dict[str, Any] = {}
    text = TARGETS["python"](Job(spec, run))
    exec(text, space)
    top = max(float(np.abs(expected).max()), 1e-300)
    for point, value in enumerate(expected.tolist()):
        try:
            found = float(space["lr"](point))
        except (ArithmeticError, ValueError) as error:
            raise AssertionError(f"python raises {error!r} at {point}\n{text}") from None
        if not math.isclose(found, value, rel_tol=1e-9, abs_tol=1e-9 * top):
            raise AssertionError(f"python gives {found} for {value} at {point}\n{text}")


def _refusable(read: Callable[[], object], _input: tuple[object, ...]) -> None:
    with contextlib.suppress(lrcli.SpecError):
        read()


FUZZERS = {one.__name__: one for one in (inline, yaml, formula, log, check, command, code)}


def main() -> None:
    """Fuzz what the first argument names, for so many seconds, from a seed."""
    name, seconds, seed, *_ = [*sys.argv[1:], *("inline", "60", "0")[len(sys.argv) - 1 :]]
    fuzzer, random = FUZZERS[name], Random(f"{name} {seed}")
    os.chdir(tempfile.mkdtemp())
    kinds: collections.Counter[str] = collections.Counter()
    end, count = time.monotonic() + float(seconds), 0

    def late(*_: object) -> None:
        raise TimeoutError(f"more than {SLOW} s")

    signal.signal(signal.SIGPROF, late)
    warnings.simplefilter("ignore")  # findings, of which random specs have many
    while time.monotonic() < end:
        state, count = random.getstate(), count + 1
        signal.setitimer(signal.ITIMER_PROF, SLOW)
        try:
            fuzzer(random)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a fault
            signal.setitimer(signal.ITIMER_PROF, 0)
            kind = _kind(error)
            kinds[kind] += 1
            if kinds[kind] <= 3:
                print(f"--- {kind}\n{error}\n", *_input_of(fuzzer, state), *_texts_of(error), sep="\n", flush=True)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    print(f"{name}: {count} inputs, {kinds.total()} faults")
    for kind, n in kinds.most_common():
        print(f"  {n} × {kind}")


def _kind(error: Exception) -> str:
    """Return what faults have in common: the error, where it was raised, and its words without numbers."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    words = re.sub(r"[-+0-9.e]*[0-9][-+0-9.e]*", "#", str(error).split("\n")[0])[:80]
    return f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}: {words}"


def _texts_of(error: Exception) -> list[str]:
    """Return the texts that the fuzzer had made when an error was raised, and where lrcli was."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    here = [frame for frame in frames if frame.f_code.co_filename == __file__ and frame.f_code.co_name != "main"]
    texts = [f"{name} = {value!r:.400}" for frame in here for name, value in frame.f_locals.items() if name != "random"]
    return [*texts, *(f"{frame.f_code.co_filename}:{frame.f_code.co_name}" for frame in frames[-6:])]


def _input_of(fuzzer: Callable[[Random], tuple[object, ...]], state: Any) -> list[str]:
    """Return what the generator makes first from a state: enough to see what it was about."""
    random = Random()
    random.setstate(state)
    if fuzzer is code:
        return [repr(spec_of(random)), repr(run_of(random))]
    return []


if __name__ == "__main__":
    main()
