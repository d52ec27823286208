"""The tenant's own layer laid over what packages say: by key a property, `hidden` or `after`."""
