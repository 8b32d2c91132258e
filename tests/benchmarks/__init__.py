"""The figures of `make bench`: one file a row, each printed as a small table whose last line is JSON."""
