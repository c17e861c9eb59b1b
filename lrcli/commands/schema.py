"""`lrcli schema`: the JSON Schema of the YAML files."""

from __future__ import annotations

import json

import typer

from lrcli import diagnostics

app = typer.Typer(add_completion=False)


@app.command()
def schema() -> None:
    """Print the JSON Schema of YAML files, for editors to complete and check them with.

    lrcli schema > lrcli.schema.json
    """
    from lrcli.spec.schema import schema as of_files

    diagnostics.write(json.dumps(of_files(), indent=2, ensure_ascii=False))
