"""Tables: their shape from a Snapshot, and the plan that changes them."""
