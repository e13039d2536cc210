"""The sheets of a workbook, each in a file or folder of its own."""
