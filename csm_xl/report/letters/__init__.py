"""Plan letters: each person's plan document of a plan year, in words and in money."""
