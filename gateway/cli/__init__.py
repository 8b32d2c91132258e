"""The operator's command line: the same actions, as a named member."""
