"""A refresh: what a workbook says is paid again, and the workbook shows it. One core, two carriers."""
