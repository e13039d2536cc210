"""What happened, by subject: results, accounts, peers, goals, deals, events, the year so far, modifiers.

A component type asks for what it needs of a whole cohort at once. What spans people (a team's result, a deal
that two share) is looked up here, before the arithmetic, so that the arithmetic can take people in blocks cut
anywhere. What is missing is reported with the person it stops, never guessed.
"""
