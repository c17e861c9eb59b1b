"""`python -m lrcli`."""

from lrcli.cli import main

main()
