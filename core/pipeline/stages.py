"""The order of the stages. A stage returns True to let the request pass, False when it has dealt with it."""

from __future__ import annotations

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


def run(services: Services, inbound: Inbound) -> None:
    """Take a new request through the stages, in the order of this line.

    A header that a stage needs and cannot read is the peer's fault and answered with the error's status.
    """
    try:
        _ = (
            sanity(services, inbound)
            and dialog(services, inbound)
            and source(services, inbound)
            and classify(services, inbound)
            and load(services, inbound)
            and overload(services, inbound)
            and domain(services, inbound)
            and authentication(services, inbound)
            and claims(services, inbound)
            and screening(services, inbound)
            and trunk_limits(services, inbound)
            and registrar(services, inbound)
            and analysis(services, inbound)
            and controls(services, inbound)
            and targets(services, inbound)
            and privacy(services, inbound)
            and forward(services, inbound)
        )
    except WireError as error:
        services.refuse(inbound, error.status, error.reason)
