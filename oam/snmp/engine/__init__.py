"""The SNMP engine: sockets, messages, security, rights, answers."""
