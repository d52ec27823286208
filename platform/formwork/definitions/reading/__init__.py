"""Text to plain values with positions: YAML 1.2, JSON, CSV, and the files they stand in."""
