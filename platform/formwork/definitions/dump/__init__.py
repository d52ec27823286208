"""Definitions back to plain values, so that parsing what was dumped gives the same definition."""
