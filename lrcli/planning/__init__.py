"""The plan of a run: its steps and phases, arguments of frameworks, other clocks, resumed and larger runs."""
