"""The key that signs evidence, made at first use, and the public keys that are trusted."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from clerkwork.adapters.evidence.disk import put_new, put_whole
from clerkwork.core.evidence import digest
from clerkwork.core.evidence.finding import BadSignature, Kind
from clerkwork.errors import EvidenceError

__all__ = ["Signatures", "Signer", "key_id", "open_signer", "pem_id"]

PRIVATE = "evidence.key"
TRUSTED = "evidence-public"
"""Folder beside the private key: every public key ever used here, so that old runs still verify."""


class Signer:
    """Signs with Ed25519 (RFC 8032)."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.id = key_id(key.public_key())
        self.public_pem = key.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, message: bytes) -> str:
        """The signature, in hex."""
        return self._key.sign(message).hex()


class Signatures:
    """Checks signatures with the keys that are given, or else with those of a key folder.

    Where there is neither, with those of the evidence: `trusted` says that it is not so.
    """

    def __init__(self, key_folder: Path, *beside: Path, given: Sequence[Path] = ()) -> None:
        self._keys = {}
        for path in given or sorted((key_folder / TRUSTED).glob("*.pem")):
            key = _public(path)
            self._keys[key_id(key)] = key
        self.trusted = bool(self._keys)
        for path in () if self.trusted else beside:
            if path.is_file():
                key = _public(path)
                self._keys[key_id(key)] = key

    @property
    def untrusted(self) -> tuple[str, ...]:
        """Ids of keys that are used though nobody trusts them: they lie beside the evidence."""
        return () if self.trusted else tuple(sorted(self._keys))

    def problem(self, key: str, message: bytes, signature: str) -> BadSignature | None:
        """What is wrong with a signature, if anything is."""
        public = self._keys.get(key)
        if public is None:
            words = f"it was signed with key {key[:16]}…, which is not one of the trusted keys"
            return BadSignature(Kind.FORGED, words)
        try:
            public.verify(bytes.fromhex(signature), message)
        except (InvalidSignature, ValueError):
            words = "its signature is not valid: it was altered or forged"
            return BadSignature(Kind.ALTERED, words)
        return None


def key_id(key: Ed25519PublicKey) -> str:
    """SHA-256 of the raw public key, in hex."""
    return digest(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def open_signer(folder: Path) -> Signer:
    """The signer of a key folder; makes the key, readable by its owner alone, at first use.

    Raises `EvidenceError` if the key cannot be read or made, or others can read it.
    """
    path = folder / PRIVATE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _make(path)
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise EvidenceError(
                f"{path}: others can read the key that signs evidence; "
                f"run `chmod 600 {path}`, and make a new key if one of them may have"
            )
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise EvidenceError(
            f"{path}: the key that signs evidence cannot be read or made ({error}); "
            "restore it from a backup, or take it away so that a new one is made"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise EvidenceError(f"{path}: this is not an Ed25519 key; restore the one that was made")
    signer = Signer(key)
    _keep_public(folder / TRUSTED, signer)
    return signer


def _make(path: Path) -> None:
    """A process may die, or two may start, at once."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    put_new(path, pem, 0o600)


def _keep_public(folder: Path, signer: Signer) -> None:
    path = folder / f"{signer.id}.pem"
    if path.exists():
        return
    try:
        folder.mkdir(exist_ok=True)
        put_whole(path, signer.public_pem)
    except OSError as error:
        raise EvidenceError(f"{path}: the public key cannot be written ({error})") from error


def pem_id(pem: bytes) -> str:
    """Id of the public key in a PEM; raises `EvidenceError` for any other bytes."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise EvidenceError(f"this is no public key ({error})") from error
    written = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    if not isinstance(key, Ed25519PublicKey) or written != pem:
        raise EvidenceError("this is no Ed25519 public key as it is written here")
    return key_id(key)


def _public(path: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise EvidenceError(f"{path}: this public key cannot be read ({error})") from error
    if not isinstance(key, Ed25519PublicKey):
        raise EvidenceError(f"{path}: this is not an Ed25519 public key")
    return key
