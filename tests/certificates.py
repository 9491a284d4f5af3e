"""Certificates for servers that tests start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def write_certificates(folder: Path, host: str = "localhost") -> None:
    """An authority of the test's own (`ca.pem`) and a server certificate (`server.pem`, `server.key`) for `host`."""
    folder.mkdir(parents=True, exist_ok=True)
    authority, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer, subject = _name("authority of the test"), _name(host)
    limits = x509.BasicConstraints(ca=True, path_length=0)
    signed = _certificate(issuer, issuer, authority).add_extension(limits, critical=True)
    _write(folder / "ca.pem", signed.sign(authority, hashes.SHA256()))
    names = x509.SubjectAlternativeName([x509.DNSName(host)])
    served = _certificate(subject, issuer, own).add_extension(names, critical=False)
    _write(folder / "server.pem", served.sign(authority, hashes.SHA256()))
    key = own.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "server.key").write_bytes(key)


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    moment = datetime.now(UTC)
    builder = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    return builder.not_valid_before(moment - timedelta(hours=1)).not_valid_after(
        moment + timedelta(days=1)
    )


def _write(path: Path, certificate: x509.Certificate) -> None:
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
