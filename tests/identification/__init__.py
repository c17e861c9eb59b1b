"""How often a schedule is told from its log: every closed form of the registry, logged in every way."""
