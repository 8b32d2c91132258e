"""The JSON API and the pages: parse, one action, answer."""
