"""The book of record: what was paid, closed by period, never edited, and replayable.

Importing it loads nothing. `tables` and `rules` are what a book is; `store` opens one; `ledger` appends to it
and reads it; `closing`, `deciding`, `retro`, `payroll`, `accruing`, `history`, `disputing`, `erasing`,
`replay` and `backup` are what people do with it; `verify` proves it. `paying` alone runs the engine.
"""
