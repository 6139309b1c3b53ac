"""Certificates for the tests: an authority of their own, and what it signs or doesn't."""

from __future__ import annotations

import datetime
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

KEY = ec.generate_private_key(ec.SECP256R1())
AUTHORITY_KEY = ec.generate_private_key(ec.SECP256R1())


def certificate(host: str, *, expired: bool = False, signed: bool = True, authority: bool = False) -> x509.Certificate:
    """A certificate for `host`: by the authority, or by itself; or the authority's own."""
    now = datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    own_key, signing_key = (AUTHORITY_KEY, AUTHORITY_KEY) if authority else (KEY, AUTHORITY_KEY if signed else KEY)
    builder = (
        x509.CertificateBuilder()
        .subject_name(issuer if authority else name)
        .issuer_name(issuer if signed else name)
        .public_key(own_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=30))
        .not_valid_after(now + datetime.timedelta(days=-1 if expired else 30))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own_key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
    )
    if authority:
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(signing_key, hashes.SHA256())


def authority_file(folder: Path) -> Path:
    """The authority's certificate, for SSL_CERT_FILE."""
    path = folder / "authority.pem"
    path.write_bytes(certificate("authority", authority=True).public_bytes(serialization.Encoding.PEM))
    return path


def server_context(
    folder: Path, host: str = "example.org", *, expired: bool = False, signed: bool = True, protocol: str = "http/1.1"
) -> ssl.SSLContext:
    """What a server for `host` needs for TLS."""
    path = folder / "server.pem"
    key = KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(certificate(host, expired=expired, signed=signed).public_bytes(serialization.Encoding.PEM) + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    context.set_alpn_protocols([protocol])
    return context
