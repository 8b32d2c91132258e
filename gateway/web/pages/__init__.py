"""The pages: a table of rows, each parse → one action → redirect, or load → render. See `routes.PAGES`."""
