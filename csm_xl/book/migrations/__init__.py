"""The versions of a book's tables. They never change once they are released."""
