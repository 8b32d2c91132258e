"""What is held of every connector alike."""
