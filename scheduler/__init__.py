"""The worker: claims due deliveries, asks the door, sends, recovers and settles."""
