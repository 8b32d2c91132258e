"""The JSON API, one file a subject; a handler is parse, one action, answer."""
