"""One file per component type; a file that declares ``TYPE`` is found and used, nothing else to touch."""
