"""Signalling trace: which messages are taken, what of them is hidden, and the ring they are written to."""
