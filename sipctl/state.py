"""Where the server's state is when nobody says."""

from __future__ import annotations

import os


def default_state() -> str:
    """Return `$SIPCTL_STATE`, else /var/lib/sipctl for root, else the user's XDG state directory."""
    named = os.environ.get("SIPCTL_STATE")
    if named:
        return named
    if os.geteuid() == 0:
        return "/var/lib/sipctl"
    home = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(home, "sipctl")
