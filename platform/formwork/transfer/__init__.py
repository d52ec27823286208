"""Files to records and back: import with dry run, per-row results and undo; export."""
