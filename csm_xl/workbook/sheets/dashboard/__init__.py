"""The Dashboard: its page, what it finds, and the tables behind its charts."""
