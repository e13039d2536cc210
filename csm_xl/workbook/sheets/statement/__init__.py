"""The Statement: its page, and what a person has besides base and variable pay."""
