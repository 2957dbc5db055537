"""Figures for Prometheus: what is told, how it is written, who may fetch it."""
