"""Kantoor ERP loses sessions and fails, by itself and when a test says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from kantoor_desk import (
    LINES,
    OVER,
    RECEIPT,
    Demo,
    a_demo,
    field_beside,
    form,
    served,
    sign_in,
    signed_in,
    submit,
    table,
    tree,
)

from clerkwork.demo.control import make_control
from clerkwork.demo.faults import Fault, Faults


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with a_demo(tmp_path) as running:
        yield running


@pytest.fixture
def desk(demo: Demo) -> Iterator[httpx.Client]:
    with signed_in(demo, "robot") as client:
        yield client


@pytest.fixture
def control(demo: Demo) -> Iterator[str]:
    with served(make_control(demo.faults)) as address:
        yield address


def test_a_second_login_silently_ends_the_first(demo: Demo, desk: httpx.Client) -> None:
    with signed_in(demo, "j.jansen") as other:
        assert OVER not in desk.get("/posten.asp").text
        assert OVER not in other.get("/posten.asp").text
    with signed_in(demo, "robot") as second:
        answer = desk.get("/posten.asp")
        assert (answer.status_code, OVER in answer.text) == (200, True)
        assert OVER not in second.get("/posten.asp").text
    assert demo.faults.requests()["kantoor"]["sessions"] == {"robot": 2, "j.jansen": 1}


def test_a_session_ends_after_fifteen_idle_minutes(demo: Demo, desk: httpx.Client) -> None:
    for minutes, over in ((14, False), (14, False), (15, True)):
        demo.clock.now += timedelta(minutes=minutes)
        assert (OVER in desk.get("/posten.asp").text) is over
    booked = desk.post("/ontvangst_boek.asp", data={"debiteur": "10001", "bedrag": "1,00"})
    assert OVER in booked.text
    assert demo.value("SELECT count(*) FROM receipts") == 0


def test_a_wrong_password_opens_nothing(demo: Demo) -> None:
    with httpx.Client(base_url=demo.address) as client:
        assert "Onjuist wachtwoord" in sign_in(client, "robot", "raad").text
        assert "Onjuist wachtwoord" in sign_in(client, "niemand", "").text
        assert OVER in client.get("/posten.asp").text


def test_field_names_differ_between_sessions(demo: Demo, desk: httpx.Client) -> None:
    first = field_beside(tree(desk.get("/ontvangst.asp")), "Bedrag")
    with signed_in(demo, "robot") as again:
        second = field_beside(tree(again.get("/ontvangst.asp")), "Bedrag")
    assert re.fullmatch("f_[0-9a-f]{4}", first)
    assert first != second


def test_now_and_then_a_read_fails_and_a_reload_works(tmp_path: Path) -> None:
    with a_demo(tmp_path, hiccup_every=3) as demo, signed_in(demo, "robot") as desk:
        reads = [desk.get("/posten.asp").status_code for _ in range(7)]
        assert reads == [200, 200, 500, 200, 200, 500, 200]
        writes = [desk.post("/ontvangst.asp", data={}).status_code for _ in range(4)]
        assert writes == [200] * 4


def test_faults_are_switched_on_and_off_by_a_test(control: str, desk: httpx.Client) -> None:
    def switch(**fault: object) -> None:
        answer = httpx.post(f"{control}/faults", json={"portal": "kantoor"} | fault)
        assert answer.status_code == 200, answer.text

    switch(kind="500", match="^/posten", times=1)
    assert [desk.get("/posten.asp").status_code for _ in range(2)] == [500, 200]
    switch(kind="maintenance", match="^/debiteuren")
    assert "Onderhoud" in desk.get("/debiteuren.asp").text
    assert "Onderhoud" not in desk.get("/posten.asp").text
    switch(kind="layout")
    row = table(desk.get("/posten.asp"))[0]
    assert (next(iter(row)), row["Documentnr"], row["Saldo"]) == ("Status", "20260001", "100,00")
    httpx.delete(f"{control}/faults")
    assert "Stuknr" in table(desk.get("/posten.asp"))[0]
    switch(kind="expired", times=1)
    assert [OVER in desk.get("/posten.asp").text for _ in range(2)] == [True, True]
    bad = httpx.post(f"{control}/faults", json={"portal": "kantoor", "kind": "flood"})
    assert (bad.status_code, "expected one of" in bad.json()["error"]) == (400, True)


def test_faults_at_random_come_back_the_same_from_their_seed() -> None:
    def strikes(seed: int) -> list[int]:
        faults = Faults()
        faults.add(Fault(portal="kantoor", kind="slow", probability=0.3, seed=seed, times=20))
        return [n for n in range(200) if faults.strike("kantoor", "/posten.asp")]

    assert strikes(1) == strikes(1)
    assert strikes(1) != strikes(2)
    assert len(strikes(1)) == 20


def test_a_cut_answer_comes_after_its_effect(demo: Demo, control: str, desk: httpx.Client) -> None:
    filled = form(desk)
    cut = {"portal": "kantoor", "kind": "cut", "match": "_boek", "times": 1}
    httpx.post(f"{control}/faults", json=cut)
    with pytest.raises(httpx.RemoteProtocolError):
        submit(desk, filled, RECEIPT, LINES)
    assert demo.value("SELECT count(*) FROM receipts") == 1


@pytest.mark.parametrize(("when", "committed"), [("before", 0), ("after", 1)])
def test_a_held_booking_waits_before_or_after_its_effect(
    demo: Demo, control: str, desk: httpx.Client, when: str, committed: int
) -> None:
    filled = form(desk)
    hold = {"portal": "kantoor", "match": "^/ontvangst_boek", "when": when}
    httpx.post(f"{control}/hold", json=hold)
    with ThreadPoolExecutor(1) as pool, ExitStack() as after:
        after.callback(demo.faults.release)
        booking = pool.submit(submit, desk, filled, RECEIPT, LINES)
        held = httpx.get(f"{control}/held", params={"seconds": 20}, timeout=30).json()["held"]
        assert [(one["path"], one["when"]) for one in held] == [("/ontvangst_boek.asp", when)]
        assert demo.value("SELECT count(*) FROM receipts") == committed
        with signed_in(demo, "j.jansen") as other:
            assert other.get("/posten.asp").status_code == 200
        assert httpx.post(f"{control}/release").json() == {"released": 1}
        assert booking.result(20).status_code == 200
    assert demo.value("SELECT count(*) FROM receipts") == 1
    assert httpx.get(f"{control}/held", params={"seconds": 0}).json() == {"held": []}
