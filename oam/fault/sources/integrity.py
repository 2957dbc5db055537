"""What must not have been changed: the audit log and the program itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from oam.environment import installed
from oam.fault.sources.source import OFF, ON, SYSTEM, UNKNOWN, Finding, Source
from oam.threads import Aside

if TYPE_CHECKING:
    from oam.context import Manager

AUDIT: Final = 33
SOFTWARE: Final = 35
WRITTEN: Final = "audit-log"
CHAIN: Final = "audit-chain"
HASH_S: Final = 60.0


class AuditLog(Source):
    """Looks at whether the audit log is written, and at what was last found of its chain."""

    numbers: ClassVar = (AUDIT,)
    lasting: ClassVar = frozenset({AUDIT})
    wakes: ClassVar = frozenset({"audit-failed", "audit-recovered"})

    def __init__(self, manager: Manager) -> None:
        self._manager = manager
        self._told = ""

    async def find(self) -> list[Finding]:
        """See `Source.find`. A break is told once: when an operator has closed it, only another one is told."""
        audit = self._manager.audit
        text = f"it cannot be written: {audit.failure}" if audit.failure else "it is written"
        found = [Finding(AUDIT, WRITTEN, ON if audit.failure else OFF, text)]
        if audit.fault and audit.fault != self._told:
            found.append(Finding(AUDIT, CHAIN, ON, f"the chain is broken: {audit.fault}"))
        elif audit.verified and not audit.fault:
            found.append(Finding(AUDIT, CHAIN, OFF, "the chain is whole"))
        self._told = audit.fault
        return found


class Software(Source):
    """Compares the files of the program with what was installed."""

    numbers: ClassVar = (SOFTWARE,)
    period_s = 3600.0
    patience_s = HASH_S + 5

    def __init__(self) -> None:
        self._aside = Aside("software")

    async def find(self) -> list[Finding]:
        """See `Source.find`."""
        report = await self._aside.run(installed.verify, HASH_S)
        if report.reason:
            return [Finding(SOFTWARE, SYSTEM, UNKNOWN)]
        if report.changed:
            more = f" and {len(report.changed) - 1} more" if len(report.changed) > 1 else ""
            return [Finding(SOFTWARE, SYSTEM, ON, f"not as installed: {report.changed[0]}{more}")]
        return [Finding(SOFTWARE, SYSTEM, OFF, f"{report.checked} files are as installed")]
