"""Counting by object: what happens to calls and messages goes into the rows of `core.northbound.statistics`."""
