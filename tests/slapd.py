"""A real directory for tests: OpenLDAP's slapd in a folder of its own, with people, groups and certificates."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ldap3 import Connection, Server

from tests.certificates import write_certificates

SLAPD = shutil.which("slapd", path="/usr/sbin:/usr/local/sbin:/usr/lib/openldap:/usr/libexec")
BASE = "dc=example,dc=gov,dc=cn"
PEOPLE, GROUPS = f"ou=people,{BASE}", f"ou=groups,{BASE}"
READER, READER_PASSWORD = f"cn=reader,{BASE}", "reader-Secret-1"
PASSWORD = "湖边-Lantern-31-quiet"
STAFF, ENGINEERS = f"cn=kb-staff,{GROUPS}", f"cn=问知 工程师,{GROUPS}"
_ROOT, _ROOT_PASSWORD = f"cn=root,{BASE}", "root-Secret-1"
_START_WITHIN = 20.0

_CONFIG = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
pidfile {folder}/pid
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
allow bind_anon_cred bind_anon_dn
database mdb
suffix "{base}"
directory {folder}/data
rootdn "{root}"
rootpw {password}
overlay memberof
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{reader}" read by self read by * none
"""
"""An empty password binds as anonymous, as Active Directory lets it: what refuses it must be ours."""


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory and where it listens."""

    folder: Path
    port: int
    secure_port: int

    @property
    def ca(self) -> Path:
        """The certificate that vouches for it."""
        return self.folder / "ca.pem"

    @property
    def plain(self) -> str:
        return f"ldap://localhost:{self.port}"

    @property
    def secure(self) -> str:
        return f"ldaps://localhost:{self.secure_port}"

    def start(self) -> subprocess.Popen[bytes]:
        """Run the server; returns when it listens."""
        assert SLAPD
        listening = f"ldap://127.0.0.1:{self.port} ldaps://127.0.0.1:{self.secure_port}"
        command = [SLAPD, "-d", "0", "-f", str(self.folder / "slapd.conf"), "-h", listening]
        with (self.folder / "log").open("ab") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + _START_WITHIN
        while time.monotonic() < until and server.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.secure_port)) == 0:
                    return server
            time.sleep(0.05)
        server.kill()
        raise RuntimeError((self.folder / "log").read_text())

    def add(self, dn: str, classes: Sequence[str], values: Mapping[str, object]) -> None:
        """Add an entry as the directory's keeper."""
        with Connection(Server(self.plain), _ROOT, _ROOT_PASSWORD, auto_bind=True) as root:
            assert root.add(dn, list(classes), dict(values)), root.result

    def modify(self, dn: str, changes: Mapping[str, object]) -> None:
        """Change an entry as the directory's keeper."""
        with Connection(Server(self.plain), _ROOT, _ROOT_PASSWORD, auto_bind=True) as root:
            assert root.modify(dn, dict(changes)), root.result

    def add_person(self, name: str, shown: str, *groups: str) -> None:
        """Add somebody with PASSWORD, and make them a member."""
        values = {"cn": shown, "sn": shown[:1], "userPassword": PASSWORD}
        self.add(f"uid={name},{PEOPLE}", ["inetOrgPerson"], values)
        for group in groups:
            self.modify(group, {"member": [("MODIFY_ADD", [f"uid={name},{PEOPLE}"])]})


def make_directory(folder: Path) -> Directory:
    """A folder with all that a server needs; nothing runs yet."""
    (folder / "data").mkdir(parents=True)
    write_certificates(folder)
    values = {"base": BASE, "root": _ROOT, "password": _ROOT_PASSWORD, "reader": READER}
    (folder / "slapd.conf").write_text(_CONFIG.format(folder=folder, **values), "utf-8")
    return Directory(folder, free_port(), free_port())


def fill(directory: Directory) -> None:
    """What every test finds: the tree, the reading account and two groups."""
    directory.add(BASE, ["dcObject", "organization"], {"o": "局", "dc": "example"})
    for part in (PEOPLE, GROUPS):
        directory.add(part, ["organizationalUnit"], {})
    secret = {"userPassword": READER_PASSWORD}
    directory.add(READER, ["organizationalRole", "simpleSecurityObject"], secret)
    for group in (STAFF, ENGINEERS):
        directory.add(group, ["groupOfNames"], {"member": READER})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
