"""The pages in Chromium: marker `browser`, run by make test-browser. Nothing here is imported without playwright."""
