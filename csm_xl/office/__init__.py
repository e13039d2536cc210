"""The Office add-in: worksheet functions and Refresh in Excel on the web, a Mac and locked-down Windows.

Python runs inside the add-in's own page (Pyodide), so no Python is needed on the machine and pay data stays
in the workbook. Here are what that page calls (`csm_xl.office.calls`, `csm_xl.office.refresh`) and what
builds its folder (`csm_xl.office.folder`).
"""
