"""The one compiler of reads: restricted queries and expressions to SQL text with bound parameters. See README.md."""
