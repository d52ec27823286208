"""Studio: the pages by which whoever administers changes the metadata without writing files."""
