"""The SNMP engine: sockets, messages, security, rights, answers. No object of the MIB is known here."""
