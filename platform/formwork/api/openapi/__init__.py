"""OpenAPI 3.1 of one tenant as one caller may use it, generated from the Snapshot and the routes."""
