"""The file format of workbooks: packages, cells, addresses, dates, recalculation, and files replaced whole.

It knows spreadsheets and nothing of pay. What it cannot know, such as the functions of a workbook that no
spreadsheet has, it is handed.
"""
