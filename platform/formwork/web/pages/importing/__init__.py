"""The steps of an import, from the file to what became of its rows."""
