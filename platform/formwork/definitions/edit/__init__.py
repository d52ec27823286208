"""Changes of documents as a person would type them: one place of the text, everything else as it was written."""

from formwork.definitions.edit.yaml_edit import move_key, new_text, remove_key, rename_key, set_value

__all__ = ["move_key", "new_text", "remove_key", "rename_key", "set_value"]
