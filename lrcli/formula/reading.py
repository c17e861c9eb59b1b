"""Read users' formulas: arithmetic, comparisons, logic and some functions, parsed by Python but not run by it.

A formula becomes a tree of numpy calls. Everything that is not in the lists below (attributes, indices, strings, other
calls) is refused. Every number is a float64, so that 9**9**9 is infinite and not an integer with 10⁸ digits, and the
size of a formula is limited: its evaluation takes no more than a few times the memory of t.
"""

from __future__ import annotations

import ast
import warnings
from functools import reduce
from typing import TYPE_CHECKING

from lrcli.problems import Problem, SpecError, closest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from lrcli.expression import Value
    from lrcli.numeric import Namespace

    Values = Mapping[str, Value]
    """The values of a formula's variables."""
    Evaluate = Callable[[Namespace, Values], Value]
    """A formula as a function of numpy, or another namespace with its functions, and of its variables."""

FUNCTIONS = {
    "abs": ("absolute", 1), "ceil": ("ceil", 1), "clip": ("clip", 3), "cos": ("cos", 1), "exp": ("exp", 1),
    "float": ("positive", 1), "floor": ("floor", 1), "int": ("trunc", 1), "log": ("log", 1), "log10": ("log10", 1),
    "log2": ("log2", 1), "max": ("maximum", 2), "maximum": ("maximum", 2), "min": ("minimum", 2),
    "minimum": ("minimum", 2), "pow": ("power", 2), "round": ("rint", 1), "sin": ("sin", 1), "sqrt": ("sqrt", 1),
    "tanh": ("tanh", 1), "where": ("where", 3),
}  # fmt: skip
"""The functions of formulas: numpy's name and the number of arguments."""
CONSTANTS = {"pi": 3.141592653589793, "e": 2.718281828459045}

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "true_divide", ast.FloorDiv: "floor_divide",
    ast.Mod: "mod", ast.Pow: "power", ast.USub: "negative", ast.UAdd: "positive", ast.Not: "logical_not",
    ast.Lt: "less", ast.LtE: "less_equal", ast.Gt: "greater",
    ast.GtE: "greater_equal", ast.Eq: "equal", ast.NotEq: "not_equal",
}  # fmt: skip
_LONGEST, _MOST_NODES = 1000, 200
_MODULES = ("math", "np", "numpy")
"""Modules that may be named before a function, as in `math.cos`, which people copy from their code."""


def read(text: str, names: Collection[str]) -> Evaluate:
    """Return the function that evaluates a formula.

    Args:
        text: `max_lr * exp(-t / 20)`.
        names: Its variables; they take precedence over constants with the same name.

    Raises:
        SpecError: If it is no formula, or has something that is not allowed, with the column in the formula.
    """
    return _Reader(list(names)).read(_parsed(text))


def function(text: str, name: str) -> Callable[[Namespace, Value], Value]:
    """Return a formula of one variable, or a lambda with one argument, as a function of numpy and a value.

    Args:
        text: `0.95 ** epoch`, or `lambda e: 0.95 ** e`, whose argument takes precedence over the constant e.
        name: The variable of the formula.

    Raises:
        SpecError: As `read`, or if a lambda has no or several arguments.
    """
    tree = _parsed(text)
    if isinstance(tree, ast.Lambda):
        name, tree = _argument(tree), tree.body
    form = _Reader([name]).read(tree)
    return lambda numpy, value: form(numpy, {name: value})


def canonical(text: str) -> str:
    """Return an equal formula on one line and without comments.

    Raises:
        SpecError: If it is no formula.
    """
    return ast.unparse(_parsed(text))


def _parsed(text: str) -> ast.expr:
    if len(text) > _LONGEST and (len(text) > 20 * _LONGEST or len("".join(text.split())) > _LONGEST):
        raise SpecError(f"the formula is longer than {_LONGEST} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of `1if x` Python only warns
            tree = ast.parse(text.strip() or "?", mode="eval").body
    except SyntaxError as error:
        raise SpecError(f"not a formula: {error.msg} (column {error.offset or 1} of the formula)") from None
    except (RecursionError, MemoryError, ValueError):
        raise SpecError("not a formula: nested too deeply, or no text") from None
    if sum(1 for _ in ast.walk(tree)) > _MOST_NODES:
        raise SpecError(f"the formula has more than {_MOST_NODES} terms")
    return tree


def _argument(tree: ast.Lambda) -> str:
    """Return the name of a lambda's only argument."""
    given = tree.args
    names = [one.arg for one in (*given.posonlyargs, *given.args)]
    if len(names) != 1 or given.vararg or given.kwarg or given.kwonlyargs or given.defaults:
        raise SpecError("a lambda takes one argument: lambda epoch: 0.95 ** epoch")
    return names[0]


class _Reader:
    """Converts the nodes of a parsed formula to numpy calls, or refuses them."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def read(self, node: ast.AST) -> Evaluate:  # noqa: PLR0911 - one for each kind of node
        """Return the function that evaluates a node, or raise SpecError."""
        match node:
            case ast.Constant(value=bool() | int() | float() as value):
                return self._number(node, value)
            case ast.Name(id=name):
                return self._name(node, name)
            case ast.Attribute() if self._dotted(node) in CONSTANTS:
                return self._number(node, CONSTANTS[self._dotted(node)])
            case ast.UnaryOp(op=op, operand=operand):
                return self._call(node, op, [operand])
            case ast.BinOp(left=left, op=op, right=right):
                return self._call(node, op, [left, right])
            case ast.BoolOp(op=op, values=values):
                return reduce(_both if isinstance(op, ast.And) else _either, map(self.read, values))
            case ast.Compare(left=left, ops=ops, comparators=others):
                terms = [left, *others]
                pairs = [self._call(node, op, terms[i : i + 2]) for i, op in enumerate(ops)]
                return self._all("logical_and", pairs)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return _apply("where", [self.read(part) for part in (test, body, orelse)])
            case ast.Call(func=func, args=args, keywords=[]) if name := self._called(func):
                return self._function(node, name, args)
            case _:
                raise self._refuse(node, f"{_what(node)} is not allowed")

    def _number(self, node: ast.AST, value: float) -> Evaluate:
        try:
            number = float(value)
        except OverflowError:
            raise self._refuse(node, "this number is too large") from None
        return lambda _numpy, _values: number

    def _called(self, node: ast.AST) -> str:
        """Return the name of the function that a node is; "" if it is none, or a variable of the formula."""
        if isinstance(node, ast.Name):
            return "" if node.id in self.names else node.id
        return self._dotted(node) if self._dotted(node) in FUNCTIONS else ""

    def _dotted(self, node: ast.AST) -> str:
        """Return cos for math.cos; "" for every other attribute."""
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            return ""
        module = node.value.id
        return node.attr if module in _MODULES and module not in self.names else ""

    def _name(self, node: ast.AST, name: str) -> Evaluate:
        if name in self.names:
            return lambda _numpy, values: values[name]
        if name in CONSTANTS:
            return self._number(node, CONSTANTS[name])
        names = [*self.names, *CONSTANTS]
        message = f"nothing is called {name!r}; define it, as in expr:…,{name}=0.1, or use {', '.join(names)}"
        raise self._refuse(node, message, closest(name, names))

    def _function(self, node: ast.AST, name: str, args: list[ast.expr]) -> Evaluate:
        if name not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            raise self._refuse(node, f"no function is called {name!r}; there are {known}", closest(name, FUNCTIONS))
        function, arity = FUNCTIONS[name]
        if name in ("max", "min") and len(args) > arity:
            return self._all(function, [self.read(argument) for argument in args])
        if name == "log" and len(args) == 2:  # math.log(x, base), which math computes as this quotient too
            return _apply("true_divide", [_apply(function, [self.read(argument)]) for argument in args])
        if len(args) != arity:
            raise self._refuse(node, f"{name} takes {arity} arguments, not {len(args)}")
        return _apply(function, [self.read(argument) for argument in args])

    def _call(self, node: ast.AST, op: ast.AST, operands: list[ast.expr]) -> Evaluate:
        return _apply(self._operator(node, op), [self.read(operand) for operand in operands])

    def _operator(self, node: ast.AST, op: ast.AST) -> str:
        if type(op) not in _OPERATORS:
            power = isinstance(op, ast.BitXor)
            raise self._refuse(node, "write ** for a power, not ^" if power else f"{type(op).__name__} is not allowed")
        return _OPERATORS[type(op)]

    def _all(self, function: str, terms: list[Evaluate]) -> Evaluate:
        return reduce(lambda left, right: _apply(function, [left, right]), terms)

    def _refuse(self, node: ast.AST, message: str, suggestion: str = "") -> SpecError:
        column = getattr(node, "col_offset", 0) + 1
        return SpecError(Problem(message=f"{message} (column {column} of the formula)", suggestion=suggestion))


def _apply(function: str, arguments: list[Evaluate]) -> Evaluate:
    def applied(numpy: Namespace, values: Values) -> Value:
        return getattr(numpy, function)(*(_as_number(argument(numpy, values)) for argument in arguments))

    return applied


def _both(left: Evaluate, right: Evaluate) -> Evaluate:
    """Return `left and right`: as in Python the left operand if it is 0, and otherwise the right one."""

    def applied(numpy: Namespace, values: Values) -> Value:
        a, b = left(numpy, values), right(numpy, values)
        if _is_condition(a) and _is_condition(b):
            return numpy.logical_and(a, b)
        return numpy.where(a, _as_number(b), 0.0 if _is_condition(a) else a)

    return applied


def _either(left: Evaluate, right: Evaluate) -> Evaluate:
    """Return `left or right`: as in Python the left operand if it is not 0, and otherwise the right one."""

    def applied(numpy: Namespace, values: Values) -> Value:
        a, b = left(numpy, values), right(numpy, values)
        if _is_condition(a) and _is_condition(b):
            return numpy.logical_or(a, b)
        return numpy.where(a, 1.0 if _is_condition(a) else a, _as_number(b))

    return applied


def _is_condition(value: Value) -> bool:
    """Return whether a value is a bool of Python or numpy, or an expression that is true or false."""
    kind = getattr(value, "is_condition", None)
    return isinstance(value, bool) or str(getattr(value, "dtype", "")) == "bool" if kind is None else bool(kind)


def _as_number(value: Value) -> Value:
    """Return a condition as 1 and 0, as in Python's arithmetic; in numpy's, True + True is True."""
    return value.astype(float) if str(getattr(value, "dtype", "")) == "bool" else value


def _what(node: ast.AST) -> str:
    names = {
        ast.Attribute: "reaching into things with a dot", ast.Subscript: "an index", ast.Lambda: "a lambda",
        ast.Call: "calling this", ast.Constant: "text", ast.JoinedStr: "text", ast.NamedExpr: "an assignment",
    }  # fmt: skip
    return names.get(type(node), f"a {type(node).__name__}")
