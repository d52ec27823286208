"""Administration, by right: people, roles, sharing, signing in, the audit trail and personal data."""
