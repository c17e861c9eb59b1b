"""How well the predictions hold on logged runs: `python -m tests.foresight`."""
