"""Black and white lists: as files, and the bans that the store keeps for the worker."""
