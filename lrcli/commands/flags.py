"""Options that no verb declares: a schedule's parameters, the run and the view, derived from their declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from lrcli import diagnostics
from lrcli.commands.arguments import (
    as_declared,
    named_schedules,
    options_of_files,
    with_commands,
    without_options_of_files,
)
from lrcli.commands.asked import Asked
from lrcli.commands.of_typer import Context, TyperCommand, TyperOption
from lrcli.commands.options import help_all, option_of
from lrcli.commands.reading import Reading
from lrcli.commands.settings import Setting, merged, of_environment, of_project, values_of, with_settings
from lrcli.commands.unknown import tags, unknown_option
from lrcli.parameters import Declared, Parameter, flag, parameters
from lrcli.problems import Problem, SpecError
from lrcli.run import OF_BATCHES, RunOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lrcli.commands.arguments import OfFile
    from lrcli.schedules.base import Family

_PEAK = Parameter(field="lr", name="lr", kind="number", default=None, description="The peak, whatever it is called.")
_EVERYWHERE = {"--lr", "--warmup"}
"""Options of whatever schedule there is, in files of other tools too."""
_COMPOSITION = "Composition, of any schedule"
_READING = "Reading"
_BATCHES = "Steps, worked out"


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
            ctx.meta["lrcli.derived"] = [*self._of_schedules(ctx), *self._of_panels(), help_all()]
        return [*own, help_option, *ctx.meta["lrcli.derived"]]

    def get_help_option(self, ctx: Context) -> Any:
        """Return the help option, whose page is written by lrcli."""
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
        args = with_commands(args) if self.takes_schedules else args
        ctx.meta["lrcli.named"] = named_schedules(args) if self.takes_schedules else []
        known = self._options(ctx)
        args = as_declared(args, known)
        of_files: Mapping[str, OfFile] = {}
        if self.takes_schedules and any(arg[:2] == "--" and arg.partition("=")[0] not in known for arg in args):
            of_files = {name: one for name, one in options_of_files(args).items() if flag(name) not in known}
            args, ctx.meta["lrcli.of_files"] = without_options_of_files(args, of_files)
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            option = getattr(error, "option_name", None)
            if option is None or not self.takes_schedules or option in self._options(ctx):
                raise
            known = (
                {flag(one.name) for one in of_files.values()} | self._options(ctx, hidden=not of_files) | _EVERYWHERE
            )
            raise SpecError(unknown_option(option, known, ctx.meta["lrcli.named"], ctx.command_path)) from None

    def invoke(self, ctx: Context) -> Any:
        """Call the verb with the values of the derived options as `ctx.obj`."""
        said: dict[str, dict[str, Any]] = {}
        for key in [key for key in ctx.params if "__" in key]:
            value = ctx.params.pop(key)
            panel, _, name = key.partition("__")
            if value is not None:
                said.setdefault(panel, {})[name] = value
        if self.takes_schedules and ctx.find_root().params.get("verbose"):
            said.setdefault("Reading", {})["verbose"] = True
        if "output" in ctx.params and ctx.params["output"] is None and (useless := said.get("Picture")):
            message = "it is for a picture: name the file to draw with -o, as in -o lr.svg"
            raise SpecError(*(Problem(message=message, place=flag(name)) for name in useless))
        project, environment = of_project(), of_environment()
        others = {
            declaration: with_settings(declaration, said.get(declaration.__name__, {}), project, environment)
            for declaration in self._panels.values()
        }
        schedule = said.get("Schedule", {}) | ctx.meta.get("lrcli.of_files", {})
        options = {name: Setting(value, flag(name)) for values in said.values() for name, value in values.items()}
        settings = merged(project, environment, options)
        ctx.obj = Asked(schedule, others, [], [], values_of(project, RunOptions), settings, [], [], ctx.info_name)
        diagnostics.quiet(wanted=self.takes_schedules and ctx.obj.of(Reading).quiet)
        try:
            return super().invoke(ctx)
        finally:
            diagnostics.say_all(ctx.obj.lines)

    def _of_schedules(self, ctx: Context) -> list[TyperOption]:
        """Return the parameters of the schedules that are named; of all, but hidden, if none is (and it matters)."""
        from lrcli.registry import SCHEDULES
        from lrcli.schedules.composition import OF_PARTS, Composed

        named: list[type[Family]] = ctx.meta.get("lrcli.named", [])
        if not self.takes_schedules or (ctx.resilient_parsing and not named):
            return []
        found: dict[str, Parameter] = {}
        for declaration in [*(named or SCHEDULES.values()), Composed]:
            for parameter in parameters(declaration):
                found.setdefault(parameter.name, parameter)
        found.setdefault("lr", _PEAK)
        panel = f"Parameters of {tags(named)}"
        composed = {parameter.name for parameter in parameters(Composed)}
        return [
            option_of(parameter, "Schedule", _COMPOSITION if parameter.name in composed else panel, hidden=not named)
            for parameter in found.values()
            if parameter.name not in OF_PARTS
        ]

    @property
    def _panels(self) -> dict[str, type[Declared]]:
        return {"Run": RunOptions, **self.panels, _READING: Reading} if self.takes_schedules else self.panels

    def _of_panels(self) -> list[TyperOption]:
        return [
            option_of(parameter, declaration.__name__, _BATCHES if parameter.name in OF_BATCHES else panel)
            for panel, declaration in self._panels.items()
            for parameter in parameters(declaration)
        ]

    def _options(self, ctx: Context, *, hidden: bool = True) -> set[str]:
        shown = (one for one in self.get_params(ctx) if hidden or not getattr(one, "hidden", False))
        return {option for one in shown for option in one.opts if option.startswith("--")}


class PlainCommand(DerivedCommand):
    """A verb that takes no schedules, with its own options alone."""

    takes_schedules: ClassVar[bool] = False
