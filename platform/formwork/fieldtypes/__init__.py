"""Field types: one file per family, each saying its settings, columns, loading, operators and widget."""
