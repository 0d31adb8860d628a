"""A certificate authority of one test run and a certificate for 127.0.0.1, made by openssl."""

import subprocess
from pathlib import Path

_DAYS = "2"


def make(directory: Path) -> tuple[Path, Path]:
    """Make `ca.pem` and `server.pem` (key and chain) in *directory*; give their paths."""
    ca, key, request, certificate = (str(directory / name) for name in ("ca.pem", "ca.key", "server.csr", "server.crt"))
    extension = directory / "san.cnf"
    extension.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    server_key = str(directory / "server.key")
    new = ["req", "-newkey", "rsa:2048", "-nodes", "-keyout"]
    _openssl(*new, key, "-x509", "-days", _DAYS, "-subj", "/CN=Firstbell test CA", "-out", ca)
    _openssl(*new, server_key, "-subj", "/CN=127.0.0.1", "-out", request)
    sign = ["x509", "-req", "-in", request, "-CA", ca, "-CAkey", key, "-CAcreateserial", "-days", _DAYS]
    _openssl(*sign, "-extfile", str(extension), "-out", certificate)
    both = directory / "server.pem"
    both.write_text("".join(Path(part).read_text() for part in (server_key, certificate, ca)))
    return Path(ca), both


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
