"""The order of the stages. A stage returns True to let the request pass, False when it has dealt with it."""

from __future__ import annotations

from typing import Final

from core.pipeline.admission import authentication, domain, load
from core.pipeline.analysis import analysis
from core.pipeline.classify import classify
from core.pipeline.controls import controls
from core.pipeline.inbound import Inbound, Services
from core.pipeline.overload import overload
from core.pipeline.privacy import claims, privacy
from core.pipeline.sanity import dialog, sanity
from core.pipeline.screening import screening
from core.pipeline.service import forward, registrar, targets
from core.pipeline.source import source, trunk_limits
from core.wire.error import WireError

NAMES: Final = (
    "request", "sanity", "dialog", "source", "class", "load", "overload", "domain", "authentication", "claims", "lists",
    "trunk-limits", "registrar", "number-analysis", "controls", "targets", "privacy", "forward", "route",
)  # fmt: skip
"""Of the stages by their number, which is their place in `run`, from 1 on; after them the choice of trunks."""


def run(services: Services, inbound: Inbound) -> None:
    """Take a new request through the stages, in the order of this line.

    A header that a stage needs and cannot read is the peer's fault and answered with the error's status.
    """
    notes = services.history.notes
    if inbound.message.method == "INVITE" and services.history.maximum > 0:
        notes.begin(inbound.now)
    # fmt: off
    try:
        _ = (
            notes.enters(1) and sanity(services, inbound)
            and notes.enters(2) and dialog(services, inbound)
            and notes.enters(3) and source(services, inbound)
            and notes.enters(4) and classify(services, inbound)
            and notes.enters(5) and load(services, inbound)
            and notes.enters(6) and overload(services, inbound)
            and notes.enters(7) and domain(services, inbound)
            and notes.enters(8) and authentication(services, inbound)
            and notes.enters(9) and claims(services, inbound)
            and notes.enters(10) and screening(services, inbound)
            and notes.enters(11) and trunk_limits(services, inbound)
            and notes.enters(12) and registrar(services, inbound)
            and notes.enters(13) and analysis(services, inbound)
            and notes.enters(14) and controls(services, inbound)
            and notes.enters(15) and targets(services, inbound)
            and notes.enters(16) and privacy(services, inbound)
            and notes.enters(17) and forward(services, inbound)
        )
    # fmt: on
    except WireError as error:
        services.refuse(inbound, error.status, error.reason)
    notes.on = False
