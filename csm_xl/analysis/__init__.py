"""What a plan does: explained, compared, solved, simulated."""
