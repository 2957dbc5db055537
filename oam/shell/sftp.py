"""The file area over SFTP and SCP: one flat folder, whole files.

A file that is sent takes its place when it is closed and not before, so that nobody ever reads
half a configuration. There are no folders and no links; a name is one word without a slash, and
no octet of it is looked up outside of STATE/files. What is done to files is on the audit log.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import io
import os
import posixpath
import secrets
import shutil
import stat
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final, NoReturn

import asyncssh
from asyncssh.channel import SSHChannel, SSHServerChannel
from asyncssh.constants import FXF_APPEND, FXF_CREAT, FXF_EXCL, FXF_TRUNC, FXF_WRITE

from oam.files import AREA_OCTETS, FILE_OCTETS, FILES, FOLDER

OPEN_FILES: Final = 64
"""Files open on one channel."""
GRANTED_OCTETS: Final = 16_777_216
"""Steps in which a file is given room: with several files at a time the bound of all is kept to within one each."""
NAME_OCTETS: Final = 200
UPLOAD: Final = ".upload."
"""How names of files on their way in begin."""
_HIDDEN: Final = b"."

Record = Callable[[str, int], None]
"""(what was done, its exit code): puts it on the audit log."""


def tidy(state: Path) -> None:
    """Remove what uploads of a process that died have left."""
    for each in (state / FOLDER).glob(f"{UPLOAD}*"):
        each.unlink(missing_ok=True)


class Upload:
    """A file on its way in."""

    def __init__(self, target: Path, temporary: Path, file: io.FileIO, fresh: bool) -> None:
        self.target = target
        self.temporary = temporary
        self.file = file
        self.granted = 0
        """Octets that it may have for now."""
        self.fresh = fresh
        """There must be no such file yet."""
        self.failed = False

    def begin(self, source: Path, room: int) -> None:
        """Start with what is there, as clients want it that write into a file; raises OSError."""
        try:
            with open(source, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW)) as old:
                if os.fstat(old.fileno()).st_size > room:
                    raise OSError(errno.ENOSPC, "No room for a copy")
                shutil.copyfileobj(old, self.file)
        except OSError:
            self.drop()
            raise

    def keep(self) -> None:
        """Put it in its place, on the disk; raises OSError."""
        try:
            os.fsync(self.file.fileno())
            self.file.close()
            if self.fresh:
                os.link(self.temporary, self.target)
                self.temporary.unlink()
            else:
                self.temporary.replace(self.target)
        except OSError:
            self.drop()
            raise

    def drop(self) -> None:
        """Forget it."""
        self.file.close()
        self.temporary.unlink(missing_ok=True)


class FileArea(asyncssh.SFTPServer):
    """The file area as one client sees it: the folder `/`."""

    def __init__(self, channel: SSHChannel[bytes], state: Path, record: Record, touch: Callable[[], None]) -> None:
        """`touch` is called whenever the client does something."""
        assert isinstance(channel, SSHServerChannel)
        folder = state / FOLDER
        folder.mkdir(mode=0o750, exist_ok=True)
        super().__init__(channel, os.fsencode(folder))
        self._folder = Path(os.path.realpath(folder))
        self._record = record
        self._touch = touch
        self._open = 0
        self.ended = False
        """The client has gone: what is closed now was not closed by it, and is not whole."""

    def map_path(self, path: bytes) -> bytes:
        """Return where a file lies. Raises SFTPError for whatever is no file of the area."""
        if path in (b"", b".", b"/"):
            return os.fsencode(self._folder)
        return os.fsencode(self._place(path))

    def _place(self, path: bytes) -> Path:
        if b".." in path.split(b"/"):
            raise asyncssh.SFTPPermissionDenied("There is nothing above")
        name = posixpath.normpath(posixpath.join(b"/", path)).lstrip(b"/")
        if b"/" in name or name.startswith(_HIDDEN) or len(name) > NAME_OCTETS or not _printable(name):
            raise asyncssh.SFTPPermissionDenied("Only plain names, without folders")
        if not name:
            return self._folder
        place = self._folder / os.fsdecode(name)
        with contextlib.suppress(FileNotFoundError):
            if not stat.S_ISREG(os.lstat(place).st_mode):
                raise asyncssh.SFTPPermissionDenied("Not a file")
        return place

    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """Open a file to be read, or a new one to be written whole."""
        self._touch()
        if self._open >= OPEN_FILES:
            raise asyncssh.SFTPFailure("Too many files are open")
        if pflags & FXF_APPEND:
            raise asyncssh.SFTPOpUnsupported("Nothing is appended")
        found: object = await asyncio.to_thread(self._new if pflags & FXF_WRITE else self._old, path, pflags)
        self._open += 1
        return found

    async def open56(self, path: bytes, desired_access: int, flags: int, attrs: asyncssh.SFTPAttrs) -> NoReturn:
        """Refuse later versions of the protocol, which are not offered."""
        raise asyncssh.SFTPOpUnsupported("Version 3 is spoken here")

    def _old(self, path: bytes, _pflags: int) -> io.FileIO:
        place = self._file(path)
        fd = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise asyncssh.SFTPPermissionDenied("Not a file")
        self._record(f"sftp get {place.name}", 0)
        return io.FileIO(fd, "rb")

    def _new(self, path: bytes, pflags: int) -> Upload:
        place = self._file(path)
        fresh, there = bool(pflags & FXF_EXCL), place.exists()
        if fresh and there:
            raise FileExistsError(errno.EEXIST, "File exists")
        if not there and not pflags & FXF_CREAT:
            raise FileNotFoundError(errno.ENOENT, "No such file")
        if not there and len(os.listdir(self._folder)) >= FILES:
            raise asyncssh.SFTPFailure(f"There are {FILES} files already")
        temporary = self._folder / f"{UPLOAD}{secrets.token_hex(8)}"
        fd = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        upload = Upload(place, temporary, io.FileIO(fd, "rb+"), fresh)
        if there and not pflags & FXF_TRUNC:
            upload.begin(place, min(FILE_OCTETS, self._room()))
        return upload

    async def close(self, file_obj: object) -> None:
        """Close a file; one that was written whole takes its place."""
        self._open -= 1
        if isinstance(file_obj, Upload):
            await asyncio.to_thread(self._closed, file_obj)
        elif isinstance(file_obj, io.FileIO):
            file_obj.close()

    def _closed(self, upload: Upload) -> None:
        done = f"sftp put {upload.target.name}"
        if self.ended or upload.failed:
            upload.drop()
            self._record(done, 1)
            return
        try:
            upload.keep()
        except OSError:
            self._record(done, 1)
            raise
        self._record(done, 0)

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Read octets."""
        self._touch()
        file = file_obj.file if isinstance(file_obj, Upload) else file_obj
        assert isinstance(file, io.FileIO)
        return await asyncio.to_thread(os.pread, file.fileno(), size, offset)

    async def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Write octets."""
        self._touch()
        if not isinstance(file_obj, Upload):
            raise asyncssh.SFTPPermissionDenied("Not open to be written")
        end = offset + len(data)
        if end > file_obj.granted:
            room = min(FILE_OCTETS, await asyncio.to_thread(self._room) + file_obj.granted)
            file_obj.granted = min(room, end + GRANTED_OCTETS)
        if end > file_obj.granted:
            file_obj.failed = True
            raise asyncssh.SFTPFailure("No room: the file, or all files together, would be too long")
        try:
            return await asyncio.to_thread(os.pwrite, file_obj.file.fileno(), data, offset)
        except OSError:
            file_obj.failed = True
            raise

    def _room(self) -> int:
        """Return how many octets the area still takes."""
        return AREA_OCTETS - sum(each.stat(follow_symlinks=False).st_size for each in os.scandir(self._folder))

    async def lstat(self, path: bytes) -> os.stat_result:
        """Return size and times of a file."""
        return await asyncio.to_thread(lambda: os.lstat(self.map_path(path)))

    async def stat(self, path: bytes) -> os.stat_result:
        """Return size and times of a file."""
        return await self.lstat(path)

    async def fstat(self, file_obj: object) -> os.stat_result:
        """Return size and times of an open file."""
        file = file_obj.file if isinstance(file_obj, Upload) else file_obj
        assert isinstance(file, io.FileIO)
        return os.fstat(file.fileno())

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        """List the files; what is hidden is on its way in, or none of the clients' business."""
        self._touch()
        if self._place(path) != self._folder:
            raise asyncssh.SFTPNotADirectory("Not a folder")
        for name, found in await asyncio.to_thread(self._listed):
            yield asyncssh.SFTPName(name, attrs=asyncssh.SFTPAttrs.from_local(found))

    def _listed(self) -> list[tuple[bytes, os.stat_result]]:
        found = [(os.fsencode(each.name), each.stat(follow_symlinks=False)) for each in os.scandir(self._folder)]
        return sorted((each for each in found if self._shown(*each)), key=lambda each: each[0])

    def _shown(self, name: bytes, found: os.stat_result) -> bool:
        return stat.S_ISREG(found.st_mode) and not name.startswith(_HIDDEN) and _printable(name)

    async def remove(self, path: bytes) -> None:
        """Remove a file."""
        place = self._file(path)
        await asyncio.to_thread(os.unlink, place)
        self._record(f"sftp remove {place.name}", 0)

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Give a file another name, which is free."""
        if self._file(newpath).exists():
            raise asyncssh.SFTPFailure("There is a file of that name")
        await self.posix_rename(oldpath, newpath)

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Give a file another name; one that has it is replaced."""
        old, new = self._file(oldpath), self._file(newpath)
        await asyncio.to_thread(os.replace, old, new)
        self._record(f"sftp rename {old.name} {new.name}", 0)

    def _file(self, path: bytes) -> Path:
        place = self._place(path)
        if place == self._folder:
            raise asyncssh.SFTPPermissionDenied("Not a file")
        return place

    async def realpath(self, path: bytes) -> bytes:
        """Return a path as it is shown; it need not lead anywhere."""
        return posixpath.normpath(posixpath.join(b"/", path)).replace(b"//", b"/")

    async def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Leave permissions and times as the server sets them: clients ask for them behind every upload."""
        self._file(path)

    async def lsetstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """The same."""
        self._file(path)

    async def fsetstat(self, file_obj: object, attrs: asyncssh.SFTPAttrs) -> None:
        """The same of an open file; but it may be cut, as `scp` does behind what it has written."""
        if attrs.size is not None and isinstance(file_obj, Upload):
            file = file_obj.file.fileno()
            os.truncate(file, min(attrs.size, os.fstat(file).st_size))

    async def fsync(self, file_obj: object) -> None:
        """Leave it to `close`, which puts the file on the disk."""

    def exit(self) -> None:
        """The client has finished: `scp` takes no exit status for a failure."""
        with contextlib.suppress(OSError):
            self.channel.exit(0)

    async def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> NoReturn:
        """Refuse folders."""
        raise asyncssh.SFTPPermissionDenied("There are no folders")

    async def rmdir(self, path: bytes) -> NoReturn:
        """Refuse folders."""
        raise asyncssh.SFTPPermissionDenied("There are no folders")

    async def readlink(self, path: bytes) -> NoReturn:
        """Refuse links."""
        raise asyncssh.SFTPPermissionDenied("There are no links")

    async def symlink(self, oldpath: bytes, newpath: bytes) -> NoReturn:
        """Refuse links."""
        raise asyncssh.SFTPPermissionDenied("There are no links")

    async def link(self, oldpath: bytes, newpath: bytes) -> NoReturn:
        """Refuse links."""
        raise asyncssh.SFTPPermissionDenied("There are no links")

    async def statvfs(self, path: bytes) -> NoReturn:
        """Tell nothing of the host's disk."""
        raise asyncssh.SFTPOpUnsupported("Not told")

    async def fstatvfs(self, file_obj: object) -> NoReturn:
        """Tell nothing of the host's disk."""
        raise asyncssh.SFTPOpUnsupported("Not told")


def _printable(name: bytes) -> bool:
    try:
        return name.decode().isprintable()
    except UnicodeDecodeError:
        return False
