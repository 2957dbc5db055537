"""What outlives a process: bindings, subscribers, answered calls, secrets, in LMDB."""
