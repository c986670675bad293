"""The data files of the publication: the same tables as CSV, JSON, XLSX and SQLite."""
