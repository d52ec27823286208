"""What the tests stand on: real databases, a real browser, the workspace of the repository."""
