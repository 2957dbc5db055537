"""What the agent is and has counted: the statistics that RFC 3411, 3412, 3413, 3414 and 3418 ask of an SNMP engine."""

from __future__ import annotations

import msgspec


class AgentStatistics(msgspec.Struct, frozen=True):
    """One moment. Fields are named by the standard descriptor that they are the value of; counters since the start of
    management."""

    snmp_engine_id: bytes = b""
    snmp_engine_boots: int = 0
    snmp_engine_time: int = 0
    """Seconds since the boots changed."""
    snmp_engine_max_message_size: int = 0

    snmp_in_pkts: int = 0
    snmp_in_bad_versions: int = 0
    snmp_in_bad_community_names: int = 0
    snmp_in_bad_community_uses: int = 0
    """Requests of a community that it may not make: writing with one that may only read, variables beyond its view."""
    snmp_in_asn_parse_errs: int = 0
    snmp_silent_drops: int = 0
    """Requests without an answer because not even an empty one fits."""

    snmp_unknown_security_models: int = 0
    snmp_invalid_msgs: int = 0
    snmp_unknown_pdu_handlers: int = 0

    snmp_unavailable_contexts: int = 0
    snmp_unknown_contexts: int = 0

    usm_stats_unsupported_sec_levels: int = 0
    usm_stats_not_in_time_windows: int = 0
    usm_stats_unknown_user_names: int = 0
    usm_stats_unknown_engine_ids: int = 0
    usm_stats_wrong_digests: int = 0
    usm_stats_decryption_errors: int = 0
