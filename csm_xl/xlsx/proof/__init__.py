"""What may be written over a value that a file stores: only what is proven.

A stored value may be right where a calculation here is not: Excel wrote it. A formula is recalculated only
where, on the inputs as they are stored, it gave the stored value; where it is plain arithmetic that every
spreadsheet does alike; or where it is our own. Every other formula keeps its value.
"""

from csm_xl.xlsx.proof.prove import Alone, Proof, alone_in, prove

__all__ = ["Alone", "Proof", "alone_in", "prove"]
