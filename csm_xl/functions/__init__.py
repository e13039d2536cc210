"""The worksheet functions, their registry, and the one way to call them."""
