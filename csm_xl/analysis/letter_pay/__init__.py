"""What a plan letter shows in money: each person's terms in a plan year, and what the engine pays on them."""
