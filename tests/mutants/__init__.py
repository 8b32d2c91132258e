"""One small patch per safety control that takes it out, and the test that must then fail: `make mutants`."""
