"""The worker: courier, publisher, settler and the rest, against real sockets and real databases."""
