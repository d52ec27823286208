"""The metadata language: YAML documents to frozen definitions, every problem with its place."""
