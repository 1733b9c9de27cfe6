"""Workers of the benchmarks: one process per library, which answers lines of JSON."""
