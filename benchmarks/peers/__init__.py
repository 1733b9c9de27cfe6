"""The other sides of the benchmarks, each in a process of its own."""
