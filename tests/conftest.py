"""Hypothesis draws the same examples on every run, and no loaded machine makes a test fail by its slowness."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("sipctl", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sipctl")
