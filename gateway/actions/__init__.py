"""Read, decide, commit: every act a person or the worker can perform, one file per subject."""
