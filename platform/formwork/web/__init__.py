"""The web door: sign-in, lists, records, forms and the import wizard, rendered on the server from metadata."""
