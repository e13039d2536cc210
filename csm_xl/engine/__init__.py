"""A plan run over people: columns in, payout lines out."""
