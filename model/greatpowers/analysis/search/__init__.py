"""Policy search: which levers can be moved, a many-objective algorithm to move them, and what a front is."""
