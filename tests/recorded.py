"""What is recorded of a history, by the names that the engine for browsers gives its arrays."""

RECORDED = (
    "track.metrics",
    "track.states",
    "track.theatres",
    "track.trace_rows",
    "workspace.log.codes",
    "workspace.log.numbers",
)
