"""Where records are: engines, transactions, tables, reads and writes, on SQLite and PostgreSQL."""
