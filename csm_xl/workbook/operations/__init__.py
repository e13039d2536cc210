"""What is done with a workbook file: read, checked, recalculated, refreshed, given plans."""
