"""A closed folder to the print house over SFTP; its server is known by its key and nothing else."""

from __future__ import annotations

import base64
import binascii
import io
import posixpath
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from clerkwork.adapters.channels.print_house import Sftp
from clerkwork.errors import ChannelDown, ConfigError, ProgramMissing, SignInRefused
from clerkwork.ports import Vault

if TYPE_CHECKING:
    from paramiko import PKey, SFTPClient, Transport

__all__ = ["SftpCarrier"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpCarrier:
    """Called with a folder, writes it under another name and then renames it."""

    server: Sftp
    vault: Vault = field(repr=False)

    def __call__(self, folder: Path, again: bool, about_to: Callable[[], None]) -> None:
        """Bring it there. Raises `ChannelDown`, `SignInRefused`, `ConfigError`, `ProgramMissing`.

        `again`: an earlier try may have renamed it. Where neither name is there any more, it was
        renamed, and the print house has taken it.
        """
        goal = posixpath.join(self.server.folder, folder.name)
        part = posixpath.join(self.server.folder, f".{folder.name}.part")
        with self._session() as sftp:
            if again and (_is_there(sftp, goal) or not _is_there(sftp, part)):
                return
            if not _is_there(sftp, part):
                sftp.mkdir(part)
            for file in sorted(folder.iterdir()):
                # What is there of an earlier try is written over; its size is checked.
                sftp.put(str(file), posixpath.join(part, file.name), confirm=True)
            about_to()
            sftp.rename(part, goal)

    @contextmanager
    def _session(self) -> Iterator[SFTPClient]:
        try:
            import paramiko
        except ImportError:
            raise ProgramMissing(
                "SFTP needs paramiko: pip install 'clerkwork[print-house]', or remove "
                "[print_house.sftp] from config/channels.toml"
            ) from None
        where = f"{self.server.host}:{self.server.port}"
        try:
            connection = socket.create_connection(
                (self.server.host, self.server.port), self.server.timeout
            )
        except OSError as error:
            raise ChannelDown(f"the print house's server {where} cannot be reached: {error}") from (
                error
            )
        transport = paramiko.Transport(connection)
        try:
            transport.start_client(timeout=self.server.timeout)
            self._check(transport, where)
            self._sign_in(transport)
            session = paramiko.SFTPClient.from_transport(transport)
            if session is None:
                raise ChannelDown(f"the print house's server {where} opens no SFTP session")
            if (line := session.get_channel()) is not None:
                line.settimeout(self.server.timeout)
            yield session
        except paramiko.AuthenticationException:
            raise SignInRefused(
                f"the print house's server {where} refused the sign-in of {self.server.user}: "
                "check its secret in the vault"
            ) from None
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise ChannelDown(
                f"the print house's server {where} did not take the letters: {error}"
            ) from error
        finally:
            transport.close()

    def _check(self, transport: Transport, where: str) -> None:
        shown = transport.get_remote_server_key()
        kind, _, rest = self.server.host_key.partition(" ")
        try:
            pinned = base64.b64decode(rest.split()[0], validate=True)
        except (binascii.Error, IndexError):
            raise ConfigError("config/channels.toml: host_key is no public key") from None
        if shown.get_name() != kind or shown.asbytes() != pinned:
            raise ConfigError(
                f"the server at {where} shows another key than host_key in config/channels.toml. "
                "Nothing was sent. Ask the print house whether it has a new one"
            )

    def _sign_in(self, transport: Transport) -> None:
        if self.server.key:
            transport.auth_publickey(
                self.server.user, _private(self.vault.get(self.server.key).value)
            )
        else:
            transport.auth_password(self.server.user, self.vault.get(self.server.password).value)


def _private(text: str) -> PKey:
    import paramiko

    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text))
        except (paramiko.SSHException, ValueError):
            continue
    raise ConfigError("the private key of the print house in the vault cannot be read")


def _is_there(sftp: SFTPClient, path: str) -> bool:
    try:
        sftp.stat(path)
    except FileNotFoundError:
        return False
    return True
