"""A refresh: what a workbook says is paid anew, and the workbook shows it. One core, two carriers."""
