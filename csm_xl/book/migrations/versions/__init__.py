"""A file for each version of a book's tables."""
