"""Certificates by which we show who we are and others show it to us, PEM files of the file area."""

from __future__ import annotations

import ssl
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cryptography import x509

from oam.files import FOLDER, FileError, within


class CertificateError(Exception):
    """The certificate cannot be used; the text says why."""


class Certificate(NamedTuple):
    """What a certificate says of itself."""

    subject: str
    expires: datetime


def read(state: Path, name: str) -> Certificate:
    """Return the first certificate of a file, the server's own. Raises CertificateError."""
    return read_all(state, name)[0]


def read_all(state: Path, name: str) -> list[Certificate]:
    """Return every certificate of a file, at least one. Raises CertificateError."""
    try:
        found = x509.load_pem_x509_certificates(_located(state, name).read_bytes())
    except ValueError:
        raise CertificateError(f"{name}: no certificate in PEM form") from None
    except OSError as error:
        raise CertificateError(f"{name}: {error.strerror}") from None
    return [Certificate(each.subject.rfc4514_string(), each.not_valid_after_utc) for each in found]


def server_context(state: Path, certificate: str, private_key: str) -> ssl.SSLContext:
    """Return what a TLS server needs: TLS 1.2 or later, no client certificates. Raises CertificateError.

    An empty `private_key` means the file of the certificate. Reads files: call it off the loop.
    """
    read(state, certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    key = private_key or certificate
    try:
        # Without a password OpenSSL would ask for one on the terminal that the server was started from.
        context.load_cert_chain(_located(state, certificate), _located(state, key), password=lambda: "")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise CertificateError(f"{key}: not the private key of {certificate}") from None
        raise CertificateError(f"{key}: no private key in PEM form without a pass phrase") from None
    except OSError as error:
        raise CertificateError(f"{key}: {error.strerror}") from None
    return context


def client_context(state: Path, ca: str) -> ssl.SSLContext:
    """Return what a TLS client needs: TLS 1.2 or later; `ca`, a file of the file area, may sign the server's.

    Empty: whom the system trusts. Raises OSError (ssl.SSLError is one). Reads files: call it off the loop.
    """
    context = ssl.create_default_context(cafile=str(state / FOLDER / ca) if ca else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def expired(certificate: Certificate, now: float) -> bool:
    """Whether it was valid until before `now` (seconds of the epoch)."""
    return certificate.expires.timestamp() < now


def _located(state: Path, name: str) -> Path:
    try:
        return within(state, name)
    except FileError as error:
        raise CertificateError(str(error)) from None
