"""What people are handed: statements of their pay, as PDF."""
