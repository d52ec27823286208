"""Keeping a tenant's database whole: backup, checks, purging, numbered migrations."""
