"""The Statement: its page, and what a person has in addition to base and variable pay."""
