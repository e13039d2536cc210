"""The Calc interface: an add-in made from the registry, the office process that runs it, and
recalculation."""
