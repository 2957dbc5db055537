"""The SNMP agent: what an NMS polls, what it is told, and the MIB that says what both mean."""
