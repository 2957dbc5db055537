"""`measurement-job NAME`: figures written to files and sent away. `show measurement-job`, `show measurement-files`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from oam.commands.registry import PRIVILEGED, CommandError, completer, config, entry, order, show
from oam.commands.secret_line import secret_line
from oam.measurement import area
from oam.settings.measurement import MeasurementJob
from oam.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from oam.commands.registry import Mode
    from oam.context import Context

T = TypeVar("T")

JOB: Final = entry(
    "measurement-job NAME$name",
    "Edit what is measured into files: which figures of which objects, when, and where the files go.",
    name="measurement-job",
    field="measurement_jobs",
    key=("name",),
    words={"measurement-job": "Figures measured into files"},
    arguments={"name": "Name of the job"},
)
OBJECT_WORDS: Final = {
    "object": "What is counted for",
    "system": "The whole server",
    "trunk": "A trunk, calls from it and to it each by themselves",
    "trunk-in": "Calls from a trunk",
    "trunk-out": "Calls to a trunk",
    "listener": "A listener, as udp:192.0.2.1:5060",
    "route-group": "A route group",
    "destination": "A destination: digits that numbers begin with",
    "subscriber-group": "A subscriber group",
    "method": "A SIP method",
}
OBJECT_SYNTAX: Final = (
    "object <system$kind|<trunk|trunk-in|trunk-out>$kind [TRUNK$name]|listener$kind [LISTENER$name]"
    "|route-group$kind [ROUTEGROUP$name]|destination$kind [CALLED$name]|subscriber-group$kind [GROUP$name]"
    "|method$kind [WORD$name]>"
)
OBJECT_ARGUMENTS: Final = {"name": "Name of the object; 'all', or nothing: every one of the kind"}
_PUSH: Final = {
    "push": "Send the files to a server",
    "sftp": "Over SSH",
    "ftp": "By FTP, which shows the secret to the network",
    "port": "TCP port of the server",
    "user": "Name to log in with",
    "secret": "Secret to log in with",
    "directory": "Folder at the server",
    "host-key": "Fingerprint of the server's host key",
}


@config("description LINE$description", mode=JOB, field="description", words={"description": "Text of your own"})
def description() -> None:
    """What the job is for."""


@config(
    OBJECT_SYNTAX,
    mode=JOB,
    field="objects",
    key=("kind", "name"),
    words=OBJECT_WORDS,
    arguments=OBJECT_ARGUMENTS,
)
def objects() -> None:
    """Measure an object, or all of a kind; there may be several such lines.

    A trunk has one row of figures for each direction. Without such a line nothing is measured.

    Example: object system
    Example: object trunk all
    Example: object trunk-out PSTN
    """


@config(
    "indicator INDICATOR$indicator",
    mode=JOB,
    field="indicators",
    words={"indicator": "Figure that is measured"},
)
def indicators() -> None:
    """Measure this figure; several in the order of their lines, without such a line a usual set.

    Every row of `show statistics definitions` may be named; what objects of a kind do not have is left out for them.

    Example: indicator asr
    """


def declare_period(mode: Mode) -> None:
    """Declare the line `period` of a mode."""

    @config(
        "period (1-60)$minutes",
        mode=mode,
        field="period_min",
        words={"period": "How long a period is, aligned to the clock"},
        arguments={"minutes": "Minutes: 1, 5, 15, 30 or 60"},
    )
    def period() -> None:
        """How long a period is, in minutes: 1, 5, 15, 30 or 60, beginning with the full hour."""


declare_period(JOB)


@config(
    "daily TIME$begin TIME$end",
    mode=JOB,
    field="daily",
    words={"daily": "At these times of the day only, in UTC"},
    arguments={"begin": "Beginning, as 08:00", "end": "End, as 18:00; 24:00 at most"},
)
def daily() -> None:
    """Measure at these times of the day only, in UTC; over midnight when the end is before the beginning.

    A period that the window cuts is marked suspect.

    Example: daily 08:00 18:00
    """


@config("days DAYS$days", mode=JOB, field="days", words={"days": "On these days of the week only"})
def days() -> None:
    """Measure on these days only; a window over midnight belongs to the day on which it begins.

    Example: days mon,tue,wed
    """


@config("start MOMENT$moment", mode=JOB, field="start", words={"start": "Not before this time"})
def start() -> None:
    """Do not measure before this time, in UTC."""


@config("stop MOMENT$moment", mode=JOB, field="stop", words={"stop": "Not from this time on"})
def stop() -> None:
    """Do not measure from this time on, in UTC."""


@config(
    "format <csv|xml>$format",
    mode=JOB,
    field="format",
    words={
        "format": "How files are written",
        "csv": "Lines with commas (RFC 4180)",
        "xml": "XML of 3GPP TS 32.435",
    },
)
def format_() -> None:
    """How files are written."""


@config(
    "files maximum (1-10000)$files",
    mode=JOB,
    field="keep",
    words={"files": "Files that are kept here", "maximum": "So many at most"},
    arguments={"files": "Files; all of a job together have at most 128 MiB"},
)
def files() -> None:
    """How many files are kept here; the oldest make room, those too that could not be sent yet."""


@config("push <sftp|ftp>$protocol HOST$host [port (1-65535)$port]", mode=JOB, field="push", words=_PUSH)
def push() -> None:
    """Send every file to a server; what cannot be sent now is sent later, in order.

    Files are written there under a name that ends in `.part` and renamed when they are whole.

    Example: push sftp 192.0.2.20
    """


@config("push user WORD$user", mode=JOB, field="push_user", words=_PUSH, arguments={"user": "Name"})
def push_user() -> None:
    """Name to log in with at the server."""


@secret_line("push secret", mode=JOB, field="push_secret", words=_PUSH)
def push_secret() -> None:
    """Secret to log in with at the server; kept encrypted."""


@config(
    "push directory WORD$directory",
    mode=JOB,
    field="push_directory",
    words=_PUSH,
    arguments={"directory": "Path; without a leading / below the folder a login ends in"},
)
def push_directory() -> None:
    """Folder at the server that takes the files; it must be there."""


@config("push host-key FINGERPRINT$fingerprint", mode=JOB, field="push_host_key", words=_PUSH)
def push_host_key() -> None:
    """Fingerprint of the SFTP server's host key; nothing is said to a server that has another.

    Without this line the file `known_hosts` of the file area decides, and a server that is not in it is refused.

    Example: push host-key SHA256:uNiVztksCsDhcc0u9e8BrjJXVDDsyKPiZsRlhjnNTbE
    """


@config("shutdown", mode=JOB, field="shutdown", words={"shutdown": "Measure nothing; files that wait are still sent"})
def shutdown() -> None:
    """Measure nothing; files that wait are still sent."""


class MeasurementRow(msgspec.Struct, frozen=True):
    """A row of `show measurement-job`."""

    job: str
    state: str
    """`waiting`, `measuring`, `suspended`, `ended`, `shutdown`."""
    period_min: int
    next_at: float | None
    """When the period ends that goes on or comes next."""
    objects: int | None
    """In the last file."""
    last_file: str
    written: int
    unwritten: int
    """Files that the disk has refused and that are tried again."""
    queued: int
    """Files that wait to be sent."""
    sent: int
    failures: int
    """Attempts to send that failed."""
    lost: int
    """Periods that could not be written, and files that made room before they were sent."""
    repeated: int
    """Periods that had a file already."""
    error: str


class MeasurementFile(msgspec.Struct, frozen=True):
    """A row of `show measurement-files`."""

    job: str
    file: str
    octets: int
    written_at: float
    waiting: bool
    """To be sent."""


class PushRow(msgspec.Struct, frozen=True):
    """What `test measurement-job` has found."""

    job: str
    server: str
    delay_ms: float
    result: str
    """`sent`, or what went wrong."""


_SHOWN: Final = {"measurement-job": "Figures measured into files"}


@show("show measurement-job [JOB$name]", row=MeasurementRow, words=_SHOWN)
async def show_job(context: Context, name: str | None) -> list[MeasurementRow]:
    """Measurement jobs: what they do, their last file, what waits to be sent.

    `waiting`: for its window, day or start. `suspended`: it has no object, or no statistics come.
    """
    measurement = context.manager.measurement
    rows = []
    for job in measurement.jobs.values():
        if name in (None, job.settings.name):
            pusher = job.pusher
            rows.append(
                MeasurementRow(
                    job.settings.name,
                    job.state(measurement.now(), measurement.heard_at),
                    job.settings.period_min,
                    job.next_end(measurement.now()),
                    job.objects,
                    job.last_file,
                    job.written,
                    len(job.unwritten),
                    pusher.waiting if pusher else 0,
                    pusher.sent if pusher else 0,
                    pusher.failures if pusher else 0,
                    job.lost,
                    job.repeated,
                    job.error or (pusher.error if pusher else ""),
                )
            )
    if name is not None and not rows:
        raise CommandError(f"There is no measurement-job {name}")
    return rows


@show(
    "show measurement-files [JOB$name]",
    row=MeasurementFile,
    words={"measurement-files": "Files of measurement jobs"},
)
async def show_files(context: Context, name: str | None) -> list[MeasurementFile]:
    """Files that measurement jobs have written, in the folder `measurements` of the state directory."""
    return await _of_disk(lambda: [MeasurementFile(*each) for each in area.listing(context.manager.state, name or "")])


@show(
    "test measurement-job JOB$name push",
    row=PushRow,
    privilege=PRIVILEGED,
    timeout_s=180.0,
    words=_SHOWN | {"push": "Send a small file to its server now"},
)
async def test_push(context: Context, name: str) -> list[PushRow]:
    """Send a small file to the server of a job, and remove it there again; show how that went."""
    settings = _settings(context, name)
    if not settings.push.protocol:
        raise CommandError(f"measurement-job {name} sends its files nowhere")
    tried = await context.manager.measurement.tried(settings)
    server = f"{settings.push.protocol} {settings.push.host}"
    return [PushRow(name, server, round(1000 * tried.seconds, 1), tried.result)]


@order(
    "clear measurement-files NAME$name",
    confirm="Remove all files of the job?",
    words={"measurement-files": "Files of measurement jobs"},
    arguments={"name": "Name of the job, configured or not"},
)
async def clear_files(context: Context, name: str) -> None:
    """Remove all files of a measurement job, those too that wait to be sent."""
    if name not in await _of_disk(lambda: area.folders(context.manager.state)):
        raise CommandError(f"There are no files of a measurement-job {name}")
    await _of_disk(lambda: area.remove(context.manager.state, name))


async def _of_disk(work: Callable[[], T]) -> T:
    """Return what the disk is asked for. Raises CommandError."""
    try:
        return await in_thread(work)
    except OSError as error:
        raise CommandError(f"{area.FOLDER}: {error.strerror}") from error


def _settings(context: Context, name: str) -> MeasurementJob:
    for each in context.manager.configuration.running.measurement_jobs:
        if each.name == name:
            return each
    raise CommandError(f"There is no measurement-job {name}")


@completer("measurement-job")
def names(context: Context, prefix: str) -> list[str]:
    """Name the jobs that are configured."""
    return [each.name for each in context.manager.configuration.running.measurement_jobs]
