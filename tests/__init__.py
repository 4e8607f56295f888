"""The tests in Python: the benchmarks, and the peers run on integ."""
