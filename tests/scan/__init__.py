"""A scan of the running gateway by wapiti, a tool of its own in its own environment."""
