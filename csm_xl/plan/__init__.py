"""What a plan is: the schema of its tables, reading them, TOML, and the model templates."""
