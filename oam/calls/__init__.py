"""Calls as management knows them: those that signalling remembers, and the records of older ones."""
