"""The append-only Merkle log: canonical entries, tree, signed checkpoints, proofs, offline verifier."""
