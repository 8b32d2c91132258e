"""Against real servers that were not written here: run by `make test-real`, which installs them."""
