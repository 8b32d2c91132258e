"""A third party's package: a connector to a platform that we do not know, as the guide shows it."""
