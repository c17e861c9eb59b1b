"""`lrcli schema`: the JSON Schema of the YAML files."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from lrcli import diagnostics
from lrcli.commands.flags import PlainCommand
from lrcli.frameworks.names import FRAMEWORKS

app = typer.Typer(add_completion=False)


@app.command(cls=PlainCommand)
def schema(
    framework: Annotated[
        list[str] | None,
        typer.Option(
            "--framework",
            metavar="NAME",
            help="Leave out the schedulers of other frameworks; may be repeated.",
            autocompletion=lambda: FRAMEWORKS,
        ),
    ] = None,
    draft: Annotated[
        Literal["2020-12", "7"],
        typer.Option("--draft", metavar="2020-12|7", help="The version of JSON Schema; 7 for older editors."),
    ] = "2020-12",
) -> None:
    """Print the JSON Schema of YAML files, for editors to complete and check them with.

    lrcli schema > lrcli.schema.json

    lrcli schema --framework torch --draft 7
    """
    from lrcli.frameworks import named
    from lrcli.spec.schema import schema as of_files
    from lrcli.spec.schema import text

    only = [named(name, "--framework") for name in framework] if framework else FRAMEWORKS
    diagnostics.write(text(of_files(draft, only)))
