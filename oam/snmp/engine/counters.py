"""What the engine counts: what `AgentStatistics` tells of SNMPv2-MIB and its like, without prefix, and more."""

from __future__ import annotations

import msgspec


class Counters(msgspec.Struct):
    """Since the process was started."""

    in_pkts: int = 0
    """snmpInPkts: datagrams received, also those that were refused or dropped."""
    out_pkts: int = 0
    """Datagrams sent: responses, reports, notifications."""
    in_bad_versions: int = 0
    in_bad_community_names: int = 0
    in_bad_community_uses: int = 0
    in_asn_parse_errs: int = 0
    in_total_req_vars: int = 0
    in_total_set_vars: int = 0
    in_get_requests: int = 0
    in_get_nexts: int = 0
    in_get_bulks: int = 0
    """No object of a standard module."""
    in_set_requests: int = 0
    out_too_bigs: int = 0
    out_no_such_names: int = 0
    out_bad_values: int = 0
    out_gen_errs: int = 0
    out_get_responses: int = 0
    out_traps: int = 0
    """Notifications sent, informs among them, repetitions too."""
    silent_drops: int = 0
    """snmpSilentDrops: requests not answered because not even an error fits the message."""
    proxy_drops: int = 0
    """snmpProxyDrops: always 0, there is no proxy."""

    unknown_security_models: int = 0
    invalid_msgs: int = 0
    unknown_pdu_handlers: int = 0

    unsupported_sec_levels: int = 0
    """usmStats…, as the five below."""
    not_in_time_windows: int = 0
    unknown_user_names: int = 0
    unknown_engine_ids: int = 0
    wrong_digests: int = 0
    decryption_errors: int = 0

    unavailable_contexts: int = 0
    unknown_contexts: int = 0

    refused: int = 0
    """Datagrams from addresses that an access list keeps out."""
    overloads: int = 0
    """Requests dropped because too many wait for rows."""
    replays: int = 0
    """SETs of version 3 that came again as they were, and were not carried out again."""
    send_failures: int = 0
    """Datagrams that the host did not take."""
    faults: int = 0
    """Requests that ended by a fault of the agent: the log has them."""
