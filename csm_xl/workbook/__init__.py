"""The workbook: layout as data, builder, reader, checks."""
