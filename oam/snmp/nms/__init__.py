"""Files for network management systems, made from the same tables as the agent and the MIB."""
