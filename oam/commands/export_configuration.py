"""`export configuration` and `import configuration`: the whole configuration to a file and back, as text or JSON."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from oam.commands.registry import order
from oam.config.commit import commit
from oam.config.schema import decode, encode
from oam.config.tree import Configuration, problems
from oam.editing import candidate_of, refusal, refused_if
from oam.sources import parsed, text_of, write_file

if TYPE_CHECKING:
    from oam.context import Context

_WORDS: Final = {"configuration": "All that is configured"}
_FILE: Final = {"file": "File of the file area"}
_SHOWN: Final = 20


@order(
    "export configuration FILE$file [format <json|text>$form]",
    words=_WORDS | {"format": "How it is written", "json": "As its JSON Schema says", "text": "As configuration lines"},
    arguments=_FILE,
)
async def export_configuration(context: Context, file: str, form: str | None) -> str:
    """Write the running configuration to a file that `import configuration` reads, as JSON by default.

    The JSON is complete, whether settings are at their default or not, and is described by `show configuration schema`.
    Secrets are in it as they are kept: hashed, or encrypted under this server's key.
    """
    configuration = context.manager.configuration
    running = configuration.running
    if form == "text":
        lines = await asyncio.to_thread(lambda: configuration.render(settings=running))
    else:
        lines = (await asyncio.to_thread(encode, running)).split("\n")
    octets = await write_file(context, file, lines)
    return f"{octets} octets written to {file}"


@order(
    "import configuration FILE$file [candidate$candidate]",
    confirm="Replace the whole configuration by that of the file?",
    timeout_s=None,
    words=_WORDS | {"candidate": "Into the candidate, to be looked at and committed"},
    arguments=_FILE,
)
async def import_configuration(context: Context, file: str, candidate: str | None) -> str:
    """Replace the running configuration by that of a file, JSON or text: all of it, or nothing.

    What the file does not mention is at its default then. With `candidate` it becomes the session's
    candidate, for `show candidate diff` and `commit`.
    """
    settings = await _read(context, file)
    session, configuration = context.session, context.manager.configuration
    if candidate is not None:
        candidate_of(session).replace(settings)
        return "The candidate is that of the file: 'configure candidate', 'show candidate diff', 'commit'"
    before = configuration.running
    refused, number = await commit(configuration, lambda _: settings, session.author, "import", f"imported from {file}")
    refused_if(refused)
    if configuration.running is before:
        return "The file has what is running: nothing was changed"
    return "The configuration of the file is in force" + (f": version {number}" if number else "")


async def _read(context: Context, file: str) -> Configuration:
    """Return the configuration in a file. Raises CommandError with what is wrong."""
    lines = await text_of(context, file)
    first = next((line.strip() for line in lines if line.strip()), "")
    if not first.startswith("{"):
        return await parsed(context, file, lines)
    settings, wrong = await asyncio.to_thread(decode, context.manager.registry, "\n".join(lines))
    wrong = wrong or problems(settings)
    if wrong:
        raise refusal([f"{file}: {each}" for each in wrong[:_SHOWN]])
    return settings
