"""Documents for people: pay statements and review packs, as PDF and HTML."""
