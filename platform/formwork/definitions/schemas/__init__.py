"""The JSON Schema (2020-12) of every kind of document."""
