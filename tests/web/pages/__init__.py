"""The pages over plain HTTP: no styles, no script, no browser."""
