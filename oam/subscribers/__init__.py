"""Subscribers as a file: CSV in and out."""
