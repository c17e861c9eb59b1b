"""What a run comes to: its steps and phases, arguments to write, other clocks, resumed and larger runs."""
