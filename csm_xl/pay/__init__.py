"""The arithmetic of pay: one file a subject, NumPy in and NumPy out, no table, plan or Excel.

Every rule here runs on two kinds of number. On float64 arrays it is fast. On object arrays of
`fractions.Fraction` the very same lines are exact. Where a float comparison or rounding is so
close to its boundary that float error could tip it, the row is marked in a caller's ``doubt`` array,
and the caller decides those few rows on exact numbers: see `csm_xl.pay.rounding`.
"""
