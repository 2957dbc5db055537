"""The registrar: RFC 3261 §10.3 over a list of bindings. Pure."""
