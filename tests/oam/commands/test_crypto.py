"""The SSH host keys."""

from __future__ import annotations

from pathlib import Path

from support.management import FakeManager, done, gathered, played
from support.ssh import ssh_server


@played
async def test_host_keys_are_shown_and_replaced(tmp_path: Path) -> None:
    async with ssh_server(tmp_path) as server:
        session = server.manager.session()
        before, _ = await gathered(session, "show crypto key")
        assert [each.algorithm for each in before] == ["ssh-ed25519", "ssh-rsa"]
        async with server.connect() as connection:
            await done(session, ["crypto key generate"])
            assert (await connection.run("show clock")).exit_status == 0
        after, _ = await gathered(session, "show crypto key")
        assert not {each.fingerprint for each in before} & {each.fingerprint for each in after}
        async with server.connect() as connection:
            key = connection.get_server_host_key()
            assert key is not None
            assert key.get_fingerprint() in {each.fingerprint for each in after}


@played
async def test_keys_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    (tmp_path / "ssh").mkdir()
    for name in ("ssh_host_ed25519_key", "ssh_host_rsa_key"):
        (tmp_path / "ssh" / name).write_text("nonsense")
    _, result = await gathered(FakeManager(tmp_path).session(), "show crypto key")
    assert result.code == 1
    assert "ssh_host_ed25519_key: not a private key" in result.errors[0]
