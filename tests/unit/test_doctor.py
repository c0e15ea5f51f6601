"""The doctor names what is missing on a machine, and what to type."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from clerkwork.adapters.doctor import ROOM, Finding, examine
from clerkwork.errors import SecretMissing
from clerkwork.ports import Secret


class TwoSecrets:
    """A vault with a user and no password."""

    def get(self, name: str) -> Secret:
        if name == "acme.user":
            return Secret(name, "clerk")
        raise SecretMissing(name)


def program(folder: Path, name: str, says: str, status: int = 0) -> str:
    path = folder / name
    path.write_text(f"#!{sys.executable}\nprint({says!r})\nraise SystemExit({status})\n")
    path.chmod(0o755)
    return str(path)


def named(findings: tuple[Finding, ...], what: str) -> Finding:
    (one,) = (finding for finding in findings if finding.what == what)
    return one


def test_a_healthy_machine_has_nothing_to_remedy(tmp_path: Path) -> None:
    findings = examine(
        output=tmp_path / "output",
        browser=program(tmp_path, "chromium", "Chromium 150.0"),
        tesseract=program(tmp_path, "tesseract", "List of languages\neng\nnld\nosd"),
        system="Linux",
    )
    assert [(f.what, f.ok, f.remedy) for f in findings] == [
        ("Python", True, ""),
        ("Browser", True, ""),
        ("Tesseract", True, ""),
        ("Output folder", True, ""),
        ("Disk", True, ""),
    ]
    assert "Chromium 150.0" in named(findings, "Browser").found


@pytest.mark.parametrize(
    ("system", "hint"),
    [("Linux", "apt-get install"), ("Darwin", "brew install"), ("Windows", "install Tesseract")],
)
def test_each_system_is_told_its_own_remedy(tmp_path: Path, system: str, hint: str) -> None:
    tesseract = program(tmp_path, "tesseract", "eng")
    findings = examine(output=tmp_path, browser=None, tesseract=tesseract, system=system)
    assert named(findings, "Browser").remedy
    reader = named(findings, "Tesseract")
    assert "cannot read nld" in reader.found
    assert hint in reader.remedy


def test_an_old_python_is_named(tmp_path: Path) -> None:
    findings = examine(output=tmp_path, browser=None, version=(3, 9), system="Linux")
    assert named(findings, "Python").found == "3.9; 3.11 or later is needed"


def test_a_browser_that_does_not_start_is_not_a_browser(tmp_path: Path) -> None:
    broken = program(tmp_path, "chrome", "libnss3.so: cannot open shared object file", 127)
    finding = named(examine(output=tmp_path, browser=broken, system="Linux"), "Browser")
    assert not finding.ok
    assert "libnss3.so" in finding.found


def test_what_a_wrapper_script_complains_of_is_not_the_version(tmp_path: Path) -> None:
    wrapper = tmp_path / "chromium"
    wrapper.write_text(
        "#!/bin/sh\necho 'chromium: 9: [: unexpected operator' >&2\necho Chromium 150\n"
    )
    wrapper.chmod(0o755)
    finding = named(examine(output=tmp_path, browser=str(wrapper), system="Linux"), "Browser")
    assert finding.found == f"Chromium 150 ({wrapper})"


def test_an_output_folder_that_cannot_be_written_is_a_finding(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    findings = examine(output=file / "output", browser=None)
    assert not named(findings, "Output folder").ok
    assert not any(finding.what == "Disk" for finding in findings)


def test_a_disk_that_is_nearly_full_is_a_finding(tmp_path: Path) -> None:
    findings = examine(output=tmp_path, browser=None, room=lambda _: ROOM // 2)
    assert named(findings, "Disk").found == "0.5 GiB free, 1 GiB is the least"


def test_the_secrets_that_robots_ask_for_are_looked_up(tmp_path: Path) -> None:
    names = ("acme.user", "acme.password")
    findings = examine(output=tmp_path, browser=None, vault=TwoSecrets(), secrets=names)
    assert named(findings, "Vault") == Finding(
        what="Vault",
        ok=False,
        found="does not hold acme.password",
        remedy="clerkwork vault set acme.password",
    )


def test_addresses_are_knocked_at(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        findings = examine(
            output=tmp_path, browser=None, addresses={"Bank": f"http://127.0.0.1:{port}/login"}
        )
        assert named(findings, "Bank").ok
    shut = examine(
        output=tmp_path,
        browser=None,
        addresses={"Bank": f"http://127.0.0.1:{port}/login", "Mail": "gopher://mail"},
    )
    assert "does not answer" in named(shut, "Bank").found
    assert "unknown scheme 'gopher'" in named(shut, "Mail").found
