"""Measurement jobs and thresholds: what of the statistics is written to files, sent away, and watched."""
