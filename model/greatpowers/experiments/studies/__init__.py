"""Studies: what needs to run batches to find its answer, kept on disk and gone on with like any experiment."""
