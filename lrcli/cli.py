"""The command line: the list of verbs, and how errors of each of them become one line and an exit code."""

from __future__ import annotations

import gc
import os
import sys
import warnings
from importlib import import_module
from typing import Annotated, Any

import typer

from lrcli import __version__, diagnostics
from lrcli.commands.of_typer import TyperGroup, UsageError
from lrcli.problems import Problem, SpecError, closest
from lrcli.synonyms import VERBS as MEANT

VERBS = (
    "plot", "compare", "table", "export", "list", "describe", "code", "plan", "check", "find", "fit", "predict",
    "suggest", "explore", "lint", "explain", "config", "schema", "man",
)  # fmt: skip
"""The verbs in the order of help; each is the `app` of a file in lrcli/commands."""


class Verbs(TyperGroup):
    """The group of verbs, which handles errors that any of them may have: bad specs, closed pipes, full disks."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a verb; only its own module is imported.

        Raises:
            SpecError: If there is no such verb, with the most similar one.
        """
        if cmd_name not in VERBS:
            if ctx.resilient_parsing:
                return None
            meant = MEANT.get(cmd_name.lower()) or closest(cmd_name, VERBS)
            more = "" if meant else "; lrcli --help lists those that there are"
            raise SpecError(Problem(message=f"lrcli has no verb {cmd_name!r}{more}", suggestion=meant))
        command = typer.main.get_command(import_module(f"lrcli.commands.{cmd_name}").app)
        command.name = cmd_name
        return command

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the verbs, without loading any."""
        return list(VERBS)

    def get_help_option(self, ctx: Any) -> Any:
        """Return the help option, whose text is written by `diagnostics.write`."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = diagnostics.show_help
        return option

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help page, in plain text."""
        from lrcli.commands.helping import EPILOG, verbs

        summaries = ((verb, self.get_command(ctx, verb).get_short_help_str(200)) for verb in VERBS)
        formatter.write(verbs(summaries, self.help or "", EPILOG))

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Parse the arguments before the verb; `--show-completion zsh` may name the shell, which Typer would detect."""
        match args:
            case ["--show-completion" | "--install-completion" as option, shell]:
                from lrcli.commands.completing import for_shell

                diagnostics.write(for_shell(shell, install=option == "--install-completion"))
                raise typer.Exit
        end = args.index("--") if "--" in args else len(args)
        if "--debug" in args[1:end]:  # it may stand behind the verb too
            args = ["--debug", *(arg for i, arg in enumerate(args) if arg != "--debug" or i > end)]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run a verb; an error becomes one line on stderr and an exit code."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except SpecError as error:
            if ctx.params.get("debug") or os.environ.get("LRCLI_DEBUG"):
                raise
            raise typer.Exit(diagnostics.report(error)) from None
        except OSError as error:
            raise typer.Exit(diagnostics.report_unwritten(error)) from None
        return result


app = typer.Typer(
    cls=Verbs,
    name="lrcli",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


_USES = ("numpy", "typer", "rich", "msgspec", "ruamel.yaml", "matplotlib", "pyarrow")
"""Packages whose versions belong in a bug report."""


def _version(*, verbose: bool) -> str:
    """Return lrcli's version and, if verbose, those of Python, the platform and the packages that it uses."""
    if not verbose:
        return f"lrcli {__version__}"
    import platform
    from importlib.metadata import PackageNotFoundError, version

    lines = [f"lrcli {__version__}", f"Python {platform.python_version()} on {platform.platform(terse=True)}"]
    for package in _USES:
        try:
            lines.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            lines.append(f"{package}: not installed")
    return "\n".join(lines)


@app.callback(invoke_without_command=True)
def lrcli(
    ctx: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="With --version, those of what lrcli stands on too.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where in lrcli an error comes from.")] = False,
) -> None:
    """Explore learning-rate schedules: draw, compare, tabulate and export them, exactly and without a framework."""
    if version:
        diagnostics.write(_version(verbose=verbose))
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        diagnostics.write(ctx.get_help())


def main() -> None:
    """Run the command line and exit with its code."""
    diagnostics.prepare_streams()
    warnings.showwarning = lambda message, *_args, **_more: diagnostics.say("warning", message)
    gc.disable()  # a command ends before its garbage matters: no collection saves 4 % of a start
    command = typer.main.get_command(app)
    try:
        if asked := os.environ.get("_LRCLI_COMPLETE"):
            code = _completed(asked, command)
        else:
            code = command.main(prog_name="lrcli", standalone_mode=False)
        sys.stdout.flush()
    except UsageError as error:
        diagnostics.say("error", _one_line(error))
        code = diagnostics.BAD_SPEC
    except (KeyboardInterrupt, typer.Abort):
        code = diagnostics.INTERRUPTED
    except OSError as error:  # from help and the version, which no verb writes
        code = diagnostics.report_unwritten(error)
    sys.exit(code if isinstance(code, int) else diagnostics.GOOD)


def _completed(asked: str, command: Any) -> object:
    """Answer a shell that completes a command line, and return the exit code."""
    from lrcli.commands.completing import answer

    try:
        answer(asked, lambda: command.main(prog_name="lrcli"))
    except SystemExit as end:
        return end.code
    return diagnostics.GOOD


def _one_line(error: Any) -> str:
    """Return a usage error as one line that names the help of the command."""
    path = error.ctx.command_path if error.ctx else "lrcli"
    message = " ".join(error.format_message().split()).rstrip(".")
    return f"{message[:1].lower()}{message[1:]} (see {path} --help)"
