"""Test call: two user agents of ours call each other through the server, as two phones would."""
