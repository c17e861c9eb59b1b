"""Options that no verb declares: a schedule's parameters, the run and the view, derived from their declarations."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NamedTuple, TypeVar

import msgspec
from msgspec import Meta

from lrcli import diagnostics
from lrcli.commands.completing import complete_codes
from lrcli.commands.of_typer import Context, TyperCommand, TyperOption
from lrcli.commands.settings import Setting, merged, of_environment, of_project
from lrcli.parameters import Declared, Parameter, flag, parameters, text_of
from lrcli.problems import Problem, SpecError, closest
from lrcli.run import LENGTHS, OF_BATCHES, RunOptions
from lrcli.spec.source import PROMPT
from lrcli.synonyms import option_meant

D = TypeVar("D", bound=Declared)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lrcli.problems import Finding, Severity
    from lrcli.schedules.base import Family

_PEAK = Parameter(field="lr", name="lr", kind="number", default=None, description="The peak, whatever it is called.")
_COMPOSITION = "Composition, of any schedule"
_READING = "Reading"
_BATCHES = "Steps, worked out"
_METAVARS = {"number": "NUMBER", "integer": "COUNT", "length": "LENGTH", "choice": "WORD", "switch": "", "text": "TEXT"}


class Asked(NamedTuple):
    """What the derived options said, by the declaration that they were derived from, and what is to be said of it.

    Attributes:
        schedule: Values for the parameters of schedules.
        others: Values for the other declarations.
        findings: What the verb leaves to be shown after its own output.
        names: The schedules that the verb works on, once it has read them.
        run: What the project says of the run, which holds where neither options nor files say anything.
        settings: Every value that the options, the environment and the project set, with where it comes from.
        details: What `--verbose` says of how specs were read.
    """

    schedule: dict[str, Any]
    others: dict[type[Declared], dict[str, Any]]
    findings: list[Finding]
    names: list[str]
    run: dict[str, Any]
    settings: dict[str, Setting]
    details: list[str]

    @property
    def lines(self) -> list[tuple[Severity, str]]:
        """The findings as they will be shown, each once: how bad it is, and its line."""
        from lrcli.findings.lines import line

        shown = ((finding.severity, line(finding, named=len(self.names) > 1)) for finding in self.findings)
        details: Iterator[tuple[Severity, str]] = (("note", line) for line in self.details)
        return list(dict.fromkeys([*shown, *details]))

    @property
    def project_run(self) -> RunOptions:
        """What the project says of the run."""
        from lrcli.spec.make import Layer, make

        return make(RunOptions, {}, [Layer(self.run, self.written)], owner="the project")

    def written(self, name: str) -> str:
        """Return where a value is set: by an option, a variable, or in a file."""
        setting = self.settings.get(name)
        return flag(name) if setting is None else setting.origin

    @property
    def found(self) -> list[dict[str, object]]:
        """The findings as --json has them."""
        from lrcli.export.reports import facts

        return facts(self.findings)

    def of(self, declaration: type[D]) -> D:
        """Return the declaration as the options fill it in.

        Raises:
            SpecError: With the option in whose place each problem is.
        """
        from lrcli.spec.make import Layer, make

        given = Layer(self.others.get(declaration, {}), self.written)
        return make(declaration, {}, [given], owner="lrcli")


class Reading(Declared, frozen=True, kw_only=True):
    """How specs are read, whatever is then done with them."""

    ignore: Annotated[tuple[str, ...] | None, Meta(description="Findings to leave out, by code; or all.")] = None
    quiet: Annotated[bool, Meta(description="Say nothing but errors.")] = False
    verbose: Annotated[bool, Meta(description="Say what was read, what is default and what was filled in.")] = False
    set: Annotated[
        tuple[str, ...] | None,
        Meta(description="Other values for keys of another tool's file: lr_scheduler_kwargs.min_lr=1e-6."),
    ] = None
    as_: Annotated[str | None, Meta(description="The tool that a file is of, where two fit.")] = msgspec.field(
        default=None, name="as"
    )
    from_: Annotated[
        str | None, Meta(description="A command line to read, not to run: 'python train.py --lr 0.1'.")
    ] = msgspec.field(default=None, name="from")
    explain: Annotated[bool, Meta(description="List every key about the lr in another tool's file.")] = False
    allow_code: Annotated[bool, Meta(description="Let files name Python code, and run it.")] = False

    @property
    def sets(self) -> dict[str, str]:
        """The values of `--set`, by dotted key."""
        return {key: value for key, _, value in (one.partition("=") for one in self.set or ())}

    def problems(self) -> list[Problem]:
        """Return the codes that there are not."""
        from lrcli.findings.codes import CODES

        known = {"all", *CODES}
        both = [Problem(message="it cannot be used with --quiet", path=("verbose",))]
        return (both if self.quiet and self.verbose else []) + [
            Problem(
                message=f"ignore: no warning has the code {code!r}", path=("ignore",), suggestion=closest(code, known)
            )
            for code in self.ignore or ()
            if code not in known
        ]


class DerivedCommand(TyperCommand):
    """A verb with the options of some declarations besides its own.

    Attributes:
        panels: The declarations whose fields are options, by the heading that help gives them.
        takes_schedules: Its arguments are specs: their schedules' parameters, the run and how to read are options too.
    """

    panels: ClassVar[dict[str, type[Declared]]] = {}
    takes_schedules: ClassVar[bool] = True

    def get_params(self, ctx: Context) -> list[Any]:
        """Return the verb's own options, then the derived ones, then help."""
        *own, help_option = super().get_params(ctx)
        if "lrcli.derived" not in ctx.meta:
            ctx.meta["lrcli.derived"] = [*self._of_schedules(ctx), *self._of_panels(), _help_all()]
        return [*own, help_option, *ctx.meta["lrcli.derived"]]

    def get_help_option(self, ctx: Context) -> Any:
        """Return the help option, which writes as everything else does."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = diagnostics.show_help
        return option

    def format_help(self, ctx: Context, formatter: Any) -> None:
        """Write the help page, in plain text."""
        from lrcli.commands.helping import page

        formatter.write(page(self, ctx, whole="lrcli.whole" in ctx.meta))

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse with the options of the schedules that the arguments name."""
        args = _with_commands(args) if self.takes_schedules else args
        ctx.meta["lrcli.named"] = named_schedules(args) if self.takes_schedules else []
        args = self._as_declared(ctx, args)
        if self.takes_schedules:
            args = self._without_keys(ctx, args)
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            option = getattr(error, "option_name", None)
            if option is None or not self.takes_schedules or option in self._options(ctx):
                raise
            raise SpecError(self._unknown(ctx, option)) from None

    def invoke(self, ctx: Context) -> Any:
        """Hand what the derived options said to the verb, as `ctx.obj`."""
        said: dict[str, dict[str, Any]] = {}
        for key in [key for key in ctx.params if "__" in key]:
            value = ctx.params.pop(key)
            panel, _, name = key.partition("__")
            if value is not None:
                said.setdefault(panel, {})[name] = value
        if self.takes_schedules and ctx.find_root().params.get("verbose"):
            said.setdefault("Reading", {})["verbose"] = True
        project, environment = of_project(), of_environment()
        others = {
            declaration: _with_settings(declaration, said.get(declaration.__name__, {}), project, environment)
            for declaration in self._panels.values()
        }
        schedule = said.get("Schedule", {}) | ctx.meta.get("lrcli.keys", {})
        options = {name: Setting(value, flag(name)) for values in said.values() for name, value in values.items()}
        settings = merged(project, environment, options)
        ctx.obj = Asked(schedule, others, [], [], _values(project, RunOptions), settings, [])
        diagnostics.quiet(wanted=self.takes_schedules and ctx.obj.of(Reading).quiet)
        try:
            return super().invoke(ctx)
        finally:
            diagnostics.say_all(ctx.obj.lines)

    def _of_schedules(self, ctx: Context) -> list[TyperOption]:
        """Return the parameters of the schedules that are named; of all, but hidden, if none is (and it matters)."""
        from lrcli.registry import SCHEDULES
        from lrcli.schedules.base import OF_PARTS, Composed

        named: list[type[Family]] = ctx.meta.get("lrcli.named", [])
        if not self.takes_schedules or (ctx.resilient_parsing and not named):
            return []
        found: dict[str, Parameter] = {}
        for declaration in [*(named or SCHEDULES.values()), Composed]:
            for parameter in parameters(declaration):
                found.setdefault(parameter.name, parameter)
        found.setdefault("lr", _PEAK)
        panel = f"Parameters of {_tags(named)}"
        composed = {parameter.name for parameter in parameters(Composed)}
        return [
            _option(parameter, "Schedule", _COMPOSITION if parameter.name in composed else panel, hidden=not named)
            for parameter in found.values()
            if parameter.name not in OF_PARTS
        ]

    @property
    def _panels(self) -> dict[str, type[Declared]]:
        return {"Run": RunOptions, **self.panels, _READING: Reading} if self.takes_schedules else self.panels

    def _of_panels(self) -> list[TyperOption]:
        return [
            _option(parameter, declaration.__name__, _BATCHES if parameter.name in OF_BATCHES else panel)
            for panel, declaration in self._panels.items()
            for parameter in parameters(declaration)
        ]

    def _options(self, ctx: Context) -> set[str]:
        return {option for parameter in self.get_params(ctx) for option in parameter.opts if option.startswith("--")}

    def _as_declared(self, ctx: Context, args: list[str]) -> list[str]:
        """Return the arguments with each option's name as it is declared: case, and - or _, do not matter."""
        options = sorted(self._options(ctx))
        declared = {option.lower(): option for option in options} | {option: option for option in options}
        end = args.index("--") if "--" in args else len(args)

        def spelt(arg: str) -> str:
            name, equals, value = arg.partition("=")
            known = declared.get(name) or declared.get(name.lower().replace("_", "-"), name)
            return known + equals + value if name[:2] == "--" else arg

        return [*map(spelt, args[:end]), *args[end:]]

    def _without_keys(self, ctx: Context, args: list[str]) -> list[str]:
        """Return the arguments less those options that are keys of another tool's file, which are kept for later."""
        declared = self._options(ctx)
        unknown = {arg.partition("=")[0] for arg in args if arg[:2] == "--" and arg != "--"} - declared
        keys = {name for name in unknown if _plain(name) in _keys_of_files(args)} if unknown else set()
        if not keys:
            return args
        kept: list[str] = []
        found = ctx.meta["lrcli.keys"] = {}
        rest = iter(args)
        for arg in rest:
            name, equals, value = arg.partition("=")
            if name in keys:
                found[_plain(name)] = value if equals else next(rest, "")
            else:
                kept.append(arg)
        return kept

    def _unknown(self, ctx: Context, option: str) -> Problem:
        """Return the problem that nothing here has this option, with the one that was probably meant."""
        name, known = option.lstrip("-").replace("-", "_").lower(), self._options(ctx)
        named: list[type[Family]] = ctx.meta["lrcli.named"]
        owner = (
            f"{_tags(named)} {'has' if len(named) == 1 else 'have'} no option {option}"
            if named
            else f"there is no option {option} here"
        )
        if suggestion := option_meant(option, known):
            return Problem(message=owner, suggestion=suggestion)
        if others := _having(name):
            return Problem(message=f"{owner}; {' and '.join(others)} {'has' if len(others) == 1 else 'have'} one")
        if suggestion := closest(option, known):
            return Problem(message=owner, suggestion=suggestion)
        return Problem(message=f"{owner}; {ctx.command_path} --help lists what there is")


class PlainCommand(DerivedCommand):
    """A verb that takes no schedules, with its own options alone."""

    takes_schedules: ClassVar[bool] = False


def _with_commands(args: list[str]) -> list[str]:
    """Return the arguments with the command line of each `--from` as a spec, so that it is one wherever specs are."""
    found: list[str] = []
    rest = iter(args)
    for arg in rest:
        name, equals, value = arg.partition("=")
        if name == "--":
            return [*found, arg, *rest]
        text = (value if equals else next(rest, None)) if name == "--from" else None
        found.append(arg if text is None else f"{PROMPT}{text.removeprefix(PROMPT)}")
    return found


def _plain(option: str) -> str:
    return option.lstrip("-").replace("-", "_").lower()


def _keys_of_files(args: list[str]) -> set[str]:
    """Return the keys of the other tools' files that are named, and the parameters of what they hold."""
    from lrcli.spec.source import source_of

    files = [source for arg in args if arg[:1] != "-" and (source := source_of(arg)).kind in ("file", "command")]
    found: set[str] = set()
    for source in files:
        from lrcli.spec.read import beside
        from lrcli.spec.tools import formats, options_of

        try:
            found |= options_of(formats.read(source.read(), source.name, partial(beside, source))[0])
        except SpecError:  # said when it is loaded
            continue
    return found


def named_schedules(args: list[str]) -> list[type[Family]]:
    """Return the schedules that the arguments name, in order, each once."""
    from lrcli.registry import SCHEDULES

    words = (part.partition(":")[0] for arg in args if not arg.startswith("-") for part in re.split(r"[+*(]", arg))
    names = (word.strip(" )") for word in words)
    found = (SCHEDULES.find(name) for name in names if _NAME.fullmatch(name))
    return list(dict.fromkeys(one for one in found if one is not None))


_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z][A-Za-z0-9_]*)?")


def _having(name: str) -> list[str]:
    """Return the schedules of lrcli, or else its verbs, that have an option of this name."""
    from lrcli.registry import SCHEDULES

    schedules = [one.tag() for one in SCHEDULES.values() if any(p.name == name for p in parameters(one))]
    return schedules or [f"lrcli {verb}" for verb, options in _OF_VERBS.items() if name in options]


_OF_VERBS = {
    "table": ("every", "all"),
    "export": ("every", "format"),
    "plot": ("log", "xlim", "ylim", "height", "output"),
    "compare": ("diff", "all"),
    "code": ("to", "verify"),
    "lint": ("select", "fail_on"),
}
"""Options that people look for at other verbs."""


def _help_all() -> TyperOption:
    """Return the option that shows help with every option explained."""

    def show(ctx: Context, _option: object, wanted: object) -> None:
        if wanted:
            ctx.meta["lrcli.whole"] = True
        diagnostics.show_help(ctx, _option, wanted)

    return TyperOption(
        param_decls=["help_all", "--help-all"],
        type=bool,
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show,
        help="Show this page with every option explained.",
    )


def _values(settings: Mapping[str, Setting], declaration: type[Declared]) -> dict[str, Any]:
    """Return the settings that are parameters of a declaration, as values."""
    known = {parameter.name for parameter in parameters(declaration)}
    return {name: setting.value for name, setting in settings.items() if name in known}


def _with_settings(
    declaration: type[Declared],
    said: dict[str, Any],
    project: Mapping[str, Setting],
    environment: Mapping[str, Setting],
) -> dict[str, Any]:
    """Return what options say, and the environment and the project where they do not; of a run, the latter is apart."""
    weak = _values(environment if declaration is RunOptions else merged(project, environment), declaration)
    if LENGTHS & said.keys():
        weak = {name: value for name, value in weak.items() if name not in LENGTHS}
    return weak | said


def _tags(declarations: list[type[Family]]) -> str:
    return " and ".join(one.tag() for one in declarations)


def _completion(parameter: Parameter) -> Callable[[Any, Any, str], list[str]] | None:
    """Return what completes an option's value, if anything does."""
    if parameter.name == "ignore":
        return lambda _ctx, _arguments, begun: complete_codes(begun)
    return (lambda _ctx, _arguments, _begun: list(parameter.choices)) if parameter.choices else None


_SHORT = {"quiet": ("-q",), "verbose": ("-v",)}


def _option(parameter: Parameter, owner: str, panel: str, *, hidden: bool = False) -> TyperOption:
    switch = parameter.kind == "switch"
    off = f"/--no-{parameter.flag[2:]}" if switch and owner == "Schedule" else ""
    return TyperOption(
        param_decls=[f"{owner}__{parameter.name}", *_SHORT.get(parameter.name, ()), parameter.flag + off],
        type=bool if switch else str,
        is_flag=switch,
        default=None,
        metavar=None if switch else _metavar(parameter),
        help=_help(parameter, owner),
        hidden=hidden,
        rich_help_panel=panel,
        autocompletion=_completion(parameter),
    )


def _metavar(parameter: Parameter) -> str:
    word = "|".join(parameter.choices) if parameter.choices else _METAVARS[parameter.kind]
    return f"{word},…" if parameter.many else word


def _help(parameter: Parameter, owner: str) -> str:
    shows_default = parameter.default is not None and (parameter.kind != "switch" or owner == "Schedule")
    default = f"default {text_of(parameter.default)}" if shows_default else ""
    facts = ", ".join(filter(None, [parameter.bounds, default]))
    return f"{parameter.description} ({facts})" if facts else parameter.description
