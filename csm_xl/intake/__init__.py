"""What people export from other systems, as csm_xl's tables: mapping files, formats, questions, previews."""
