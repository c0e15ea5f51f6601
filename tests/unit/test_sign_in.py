"""Signing in: afresh, or in the session that was kept until the portal ends it."""

from __future__ import annotations

import base64
import datetime as dt
import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from back_desk import Desk, DeskErp, a_task, open_desk

from clerkwork.adapters.log import MASK, Redactor
from clerkwork.adapters.vault import EncryptedFile, open_vault
from clerkwork.app.run import Run
from clerkwork.errors import ConfigError, PortalClosed, SessionLost, SetupError
from clerkwork.testing import MemorySessions, MemoryVault

ADDRESS = "http://127.0.0.1/"


class Reading(DeskErp):
    """Has something to read."""

    name = "desk_erp"

    def balance(self) -> int:
        return 1


class Keeping(DeskErp):
    """Knows whether it is inside, and has a session that can be kept."""

    name = "desk_erp"
    over = False

    def sign_in(self) -> None:
        super().sign_in()
        self.screen.kept = f"session {self.screen.erp.sessions}"

    def is_inside(self) -> bool:
        if not self.over:
            self.screen.kept = "session that went on"
        return not self.over


class Ended(Keeping):
    """Its portal has ended every session."""

    name = "desk_erp"
    over = True


@pytest.fixture
def kept() -> MemorySessions:
    return MemorySessions()


@pytest.fixture
def desk(kept: MemorySessions) -> Iterator[Desk]:
    desk = open_desk(reuse_session=True)
    vault = MemoryVault({"desk_erp.user": "robot1"})
    desk.office = replace(desk.office, sessions=kept, vault=vault)
    yield desk
    desk.store.close()


def visit(run: Run, robot: type[DeskErp]) -> None:
    with run.open(robot):
        pass
    run.close(keep=True)


def test_the_next_run_goes_on_in_the_session_that_was_kept(
    desk: Desk, kept: MemorySessions
) -> None:
    visit(desk.run(), Keeping)
    assert kept.kept == {(ADDRESS, "robot1"): "session 1"}

    visit(desk.run(), Keeping)

    assert desk.erp.sessions == 1
    assert [one.kept for one in desk.browser.entrances] == ["", "session 1"]
    assert kept.get(ADDRESS, "robot1") == "session that went on", "kept as it stood at the end"
    assert desk.browser.screens[-1].inside


def test_nothing_is_kept_unless_the_config_says_so(kept: MemorySessions) -> None:
    desk = open_desk()
    desk.office = replace(desk.office, sessions=kept)
    visit(desk.run(), Keeping)
    visit(desk.run(), Keeping)
    assert (desk.erp.sessions, kept.kept) == (2, {})
    desk.store.close()


def test_a_kept_session_that_is_over_is_dropped_and_the_robot_signs_in_afresh(
    desk: Desk, kept: MemorySessions
) -> None:
    kept.keep(ADDRESS, "robot1", "session of yesterday")

    visit(desk.run(), Ended)

    assert desk.erp.sessions == 1
    assert kept.get(ADDRESS, "robot1") == "session 1"
    assert [screen.closed for screen in desk.browser.screens] == [True, True]
    actions = [step.action for step in desk.evidence.trails[-1].steps]
    assert actions == ["go on in the session that was kept", "sign in"]


def test_a_session_that_the_portal_ends_in_the_middle_is_dropped_at_once(
    desk: Desk, kept: MemorySessions
) -> None:
    desk.erp.before["submit"] = [SessionLost("verlopen")]
    with pytest.raises(SessionLost), desk.run().open(Keeping) as erp:
        erp.submit_receipt()
    assert kept.kept == {}


def test_the_session_is_no_part_of_any_step(desk: Desk) -> None:
    visit(desk.run(), Keeping)
    visit(desk.run(), Keeping)
    steps = repr([trail.steps for trail in desk.evidence.trails])
    assert "session 1" not in steps
    assert "session that went on" not in steps
    assert "session 1" not in repr(desk.browser.entrances)


class TestClosedPortal:
    """The desk's clock stands on a Tuesday at nine in the morning, Amsterdam time."""

    CLOSED = ("tue 08:00-09:30",)
    SAID = r"desk_erp is closed until Tuesday 3 March, 09:30, as config/portals.toml says"

    def test_nothing_is_opened_there_and_it_is_said_until_when(self, desk: Desk) -> None:
        run = desk.run(closed=self.CLOSED)
        with pytest.raises(PortalClosed, match=self.SAID) as caught:
            visit(run, Keeping)
        assert caught.value.until == desk.clock.now() + dt.timedelta(minutes=30)
        assert desk.browser.screens == []
        desk.later(30 * 60)
        visit(run, Keeping)
        assert desk.erp.sessions == 1

    def test_it_is_not_tried_again_within_seconds(self, desk: Desk) -> None:
        run = desk.run(closed=self.CLOSED)
        with pytest.raises(PortalClosed):
            run.do(a_task(lambda run: visit(run, Keeping)))
        assert desk.pauses == []

    def test_a_window_that_begins_in_the_middle_lets_no_task_in_again(self, desk: Desk) -> None:
        run = desk.run(closed=("tue 09:10-09:30",))
        with run.open(Keeping):
            desk.later(15 * 60)
        with pytest.raises(PortalClosed), run.open(Keeping):
            pass
        assert desk.erp.sessions == 1

    def test_nor_is_anything_more_read_there(self, desk: Desk) -> None:
        run = desk.run(closed=("tue 09:10-09:30",))
        with run.open(Reading) as erp:
            assert erp.balance() == 1
            desk.later(15 * 60)
            with pytest.raises(PortalClosed):
                erp.balance()

    def test_what_it_says_survives_the_way_out_of_a_process(self) -> None:
        until = dt.datetime(2026, 3, 3, 8, 30, tzinfo=dt.UTC)
        told = pickle.loads(pickle.dumps(PortalClosed("closed", until)))  # noqa: S301
        assert (str(told), told.until) == ("closed", until)


def test_a_certificate_comes_out_of_the_workspace_or_the_vault(desk: Desk) -> None:
    secrets = {
        "desk_erp.certificate": base64.b64encode(b"from the vault").decode(),
        "desk_erp.certificate_password": "sesame",
    }
    desk.office = replace(desk.office, vault=MemoryVault(secrets))
    visit(desk.run(certificate="config/desk.p12", reuse_session=False), DeskErp)
    visit(desk.run(certificate="vault", reuse_session=False), DeskErp)
    shown = [(one.certificate, one.passphrase) for one in desk.browser.entrances]
    assert [content for content, _ in shown] == [b"config/desk.p12", b"from the vault"]
    assert all(word is not None and word.value == "sesame" for _, word in shown)
    assert "sesame" not in repr(desk.browser.entrances)


def test_a_certificate_that_is_no_base64_says_how_to_put_it_there(desk: Desk) -> None:
    desk.office = replace(desk.office, vault=MemoryVault({"desk_erp.certificate": "no, none"}))
    with pytest.raises(ConfigError, match="base64 -w0"):
        visit(desk.run(certificate="vault"), DeskErp)


def test_a_session_that_cannot_be_sealed_leaves_no_window_open(desk: Desk) -> None:
    class Locked(MemorySessions):
        def keep(self, address: str, user: str, session: str) -> None:
            raise SetupError("the vault's key is not on this machine")

    desk.office = replace(desk.office, sessions=Locked())
    with pytest.raises(SetupError), desk.run().open(Keeping):
        pass
    assert desk.browser.screens[0].closed


def test_a_secret_that_is_rotated_counts_at_the_next_sign_in(desk: Desk, tmp_path: Path) -> None:
    typed: list[str] = []

    class Pin(DeskErp):
        def sign_in(self) -> None:
            super().sign_in()
            typed.append(self.secret("pin").value)

    file = EncryptedFile(tmp_path / "secrets.vault", tmp_path / "key" / "vault.key")
    file.write("desk_erp.pin", "48151")
    redactor = Redactor()
    desk.office = replace(desk.office, vault=open_vault([file], redactor.hide))
    run = desk.run(reuse_session=False)
    with run.open(Pin):
        pass
    run.leave(Pin)
    file.write("desk_erp.pin", "62342")
    with run.open(Pin):
        pass
    assert typed == ["48151", "62342"]
    assert redactor("48151 or 62342") == f"{MASK} or {MASK}"
