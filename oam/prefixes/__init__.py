"""Bulk prefixes of number analysis as a file: CSV in and out."""
