"""What is measured: by hand, never in the test suite. `make bench`; see docs/performance.md."""
