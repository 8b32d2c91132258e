"""The walls and habits of the house, held by reading its source; each rule is also seen to fail."""
