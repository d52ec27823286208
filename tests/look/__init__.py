"""Pictures of every page type, taken by `make look`: `pages` lists them, `acts` brings them into their states."""
