"""Certificates of the file area: what is read of them, and why one cannot be used."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from support.telnet import make_certificate

from oam.security.certificate import CertificateError, expired, read, server_context


def test_a_certificate_says_whose_it_is_and_until_when(tmp_path: Path) -> None:
    made = make_certificate(tmp_path / "files", days=1)
    found = read(tmp_path, made.name)
    assert found.subject == "CN=localhost"
    until = found.expires.timestamp()
    assert not expired(found, until)
    assert expired(found, until + 1)


def test_one_file_may_hold_certificate_and_key(tmp_path: Path) -> None:
    make_certificate(tmp_path / "files", "both.pem")
    context = server_context(tmp_path, "both.pem", "")
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_the_key_may_be_in_a_file_of_its_own(tmp_path: Path) -> None:
    make_certificate(tmp_path / "files", "public.pem", key="private.pem")
    server_context(tmp_path, "public.pem", "private.pem")


@pytest.mark.parametrize(
    ("certificate", "key", "reason"),
    [
        ("missing.pem", "", "missing.pem: No such file or directory"),
        ("../secret.pem", "", r"\.\./secret.pem: outside of"),
        ("/etc/hostname", "", "/etc/hostname: outside of"),
        ("garbage.pem", "", "garbage.pem: no certificate in PEM form"),
        ("public.pem", "", "public.pem: no private key"),
        ("public.pem", "missing.pem", "missing.pem: No such file or directory"),
        ("public.pem", "garbage.pem", "garbage.pem: no private key"),
        ("public.pem", "foreign.pem", "foreign.pem: not the private key of public.pem"),
        ("public.pem", "locked.pem", "locked.pem: no private key in PEM form without a pass phrase"),
        ("public.pem", "../secret.pem", "outside of"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, certificate: str, key: str, reason: str) -> None:
    folder = tmp_path / "files"
    make_certificate(folder, "public.pem", key="private.pem")
    make_certificate(folder, "other.pem", key="foreign.pem")
    make_certificate(tmp_path, "secret.pem")
    (folder / "garbage.pem").write_bytes(b"-----BEGIN \xff\xff")
    locked = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"phrase")
    )
    (folder / "locked.pem").write_bytes(locked)
    with pytest.raises(CertificateError, match=reason):
        server_context(tmp_path, certificate, key)
