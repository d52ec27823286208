"""The form of a record: built from its layout, sent, and shown again with everything typed kept."""
