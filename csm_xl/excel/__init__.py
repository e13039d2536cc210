"""The xlwings door: worksheet functions and buttons of Excel."""
