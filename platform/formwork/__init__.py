"""Formwork: a metadata-driven low-code CRM platform. See docs/house.md for the rooms and floors."""

__version__ = "0.1.0"
