"""What PostgreSQL refuses is told in one message, and nothing is half-written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import text
from store_cases import item, line, statement

from clerkwork.adapters.store import Store, bank, open_store
from clerkwork.core.ledger import LedgerBalance
from clerkwork.core.money import Money
from clerkwork.errors import StoreError
from clerkwork.testing import FixedClock
from clerkwork.testing_postgres import Postgres

pytest_plugins = ["store_fixtures"]


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.store()


def name_of(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with closing(open_store(url, FixedClock())) as opened:
        opened.books.replace_open_items("kantoor", [item("1", 100)])
        yield opened


def with_setting(url: str, setting: str) -> str:
    return f"{url}&options=-c%20{setting}"


FAILING = """
CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'no room for it' USING ERRCODE = '{code}'; END $$;
CREATE TRIGGER fails AFTER INSERT ON open_items EXECUTE FUNCTION fails()
"""


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("53100", r"disk of the store .* is full\. Make room"),
        ("53400", "too little of what it needs"),
        ("58030", "disk of the store .* does not read or write properly"),
        ("XX001", r"is damaged .*Put back its last backup"),
        ("40P01", "let another process go first"),
        ("57014", "did not finish in the time"),
        ("42501", "does not allow this account"),
        ("23505", "refused it"),
        ("0A000", "does not answer properly"),
    ],
)
def test_what_the_server_refuses_leaves_what_was_there(
    postgres: Postgres, url: str, store: Store, code: str, told: str
) -> None:
    """With the server's own code, as a trigger can raise any of them."""
    postgres.run(FAILING.format(code=code), database=name_of(url))
    with pytest.raises(StoreError, match=f"{told}.*[Nn]othing was written"):
        store.books.replace_open_items("kantoor", [item("2", 200)])
    assert store.books.open_items() == (item("1", 100),)


def test_a_store_that_may_only_be_read_says_so(url: str, store: Store) -> None:
    standby = with_setting(url, "default_transaction_read_only=on")
    with closing(open_store(standby, FixedClock())) as other:
        assert other.books.open_items() == (item("1", 100),)
        with pytest.raises(StoreError, match="may only be read: it is a standby"):
            other.books.replace_open_items("kantoor", [item("2", 200)])


def test_what_reads_cannot_write(store: Store) -> None:
    with (
        pytest.raises(StoreError, match="may only be read"),
        store.database.read() as connection,
    ):
        connection.execute(text("DELETE FROM open_items"))
    assert store.books.open_items() == (item("1", 100),)


def test_a_reader_sees_one_moment(url: str, store: Store) -> None:
    with (
        closing(open_store(url, FixedClock())) as other,
        store.database.read() as connection,
    ):
        count = text("SELECT count(*) FROM open_items")
        assert connection.scalar(count) == 1
        other.books.replace_open_items("polder", [item("2", 200), item("3", 300)])
        assert connection.scalar(count) == 1
    assert len(store.books.open_items()) == 3


def test_a_locked_store_says_who_locks_it(url: str, store: Store) -> None:
    impatient = with_setting(url, "lock_timeout=60ms")
    with closing(open_store(impatient, FixedClock())) as other:
        with store.database.write() as connection:
            process = connection.scalar(text("SELECT pg_backend_pid()"))
            who = rf"clerkwork on .*, process \d+ \(user clerk, server process {process}\)"
            with pytest.raises(StoreError, match=rf"locked by {who} for more than 60ms; nothing"):
                other.books.replace_open_items("kantoor", [item("2", 200)])
            # Who only reads waits for nobody.
            assert other.books.open_items() == (item("1", 100),)
        assert other.books.replace_open_items("kantoor", [item("2", 200)]) == 1


def test_somebody_who_locks_a_table_by_hand_is_named(url: str, store: Store) -> None:
    impatient = with_setting(url, "lock_timeout=60ms")
    with (
        closing(open_store(impatient, FixedClock())) as other,
        psycopg.connect(url, application_name="psql of Anna") as hand,
    ):
        hand.execute("LOCK TABLE open_items")
        with pytest.raises(StoreError, match="locked by psql of Anna"):
            other.books.replace_open_items("kantoor", [item("2", 200)])


def test_who_falls_asleep_in_a_transaction_holds_up_nobody_for_long(url: str) -> None:
    sleepy = with_setting(url, "idle_in_transaction_session_timeout=40ms")
    with closing(open_store(sleepy, FixedClock())) as store, psycopg.connect(url) as watch:

        def doze() -> None:
            with store.database.write() as connection:
                connection.execute(text("DELETE FROM open_items"))
                watch.execute("SELECT pg_sleep(0.3)")
                connection.execute(text("DELETE FROM open_items"))

        with pytest.raises(StoreError, match="waited too long for this process"):
            doze()
        assert store.books.replace_open_items("kantoor", [item("2", 200)]) == 1


def test_connections_that_were_cut_while_nobody_used_them_are_made_anew(
    postgres: Postgres, url: str, store: Store
) -> None:
    postgres.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", name_of(url)
    )
    assert store.books.open_items() == (item("1", 100),)


def test_a_connection_lost_while_it_writes_has_written_nothing(store: Store) -> None:
    def cut() -> None:
        with store.database.write() as connection:
            connection.execute(text("DELETE FROM open_items"))
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(StoreError, match=r"cannot be reached .*Nothing was written"):
        cut()
    assert store.books.open_items() == (item("1", 100),)


DYING = """
CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON open_items DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION dies()
"""


def test_a_connection_lost_while_it_commits_is_told_as_unknown(
    postgres: Postgres, url: str, store: Store
) -> None:
    postgres.run(DYING, database=name_of(url))
    with pytest.raises(StoreError, match=r"unknown whether it did: all of that .* or nothing"):
        store.books.replace_open_items("kantoor", [item("2", 200)])
    assert store.books.open_items() in ((item("1", 100),), (item("2", 200),))


class TestOpening:
    def told(self, url: str, password: str = "") -> str:
        with pytest.raises(StoreError) as caught:
            open_store(url, FixedClock(), password)
        return str(caught.value)

    def test_a_server_that_is_not_there(self) -> None:
        told = self.told("postgresql://anna:geheim@127.0.0.1:1/clerkwork")
        assert "postgresql://anna@127.0.0.1:1/clerkwork cannot be reached" in told
        assert "check that it runs" in told
        assert "geheim" not in told

    def test_a_password_that_is_wrong_or_missing(self, postgres: Postgres, url: str) -> None:
        postgres.run("CREATE ROLE anna LOGIN PASSWORD 'geheim'")
        hers = postgres.url(name_of(url), "anna")
        for wrong in ("", "verkeerd"):
            told = self.told(hers, wrong)
            assert "refuses this account" in told
            assert "`clerkwork vault set clerkwork.store`" in told
            assert "verkeerd" not in told
        assert "does not allow this account" in self.told(hers, "geheim")
        postgres.run("ALTER ROLE anna CONNECTION LIMIT 0")
        assert "takes no more connections" in self.told(hers, "geheim")
        assert "refuses this account" in self.told(postgres.url(name_of(url), "nobody"), "x")

    def test_a_password_of_its_own(self, postgres: Postgres) -> None:
        postgres.run("CREATE ROLE bert LOGIN PASSWORD 'geheim'")
        postgres.run("CREATE DATABASE of_bert OWNER bert")
        with closing(open_store(postgres.url("of_bert", "bert"), FixedClock(), "geheim")) as store:
            assert store.database.at == f"postgresql://bert@/of_bert?host={postgres.folder}"
            assert store.runs.all() == ()

    def test_a_database_that_is_not_there(self, postgres: Postgres) -> None:
        told = self.told(postgres.url("nowhere"))
        assert "There is no database for the store" in told
        assert "createdb" in told

    def test_a_database_that_lacks_letters(self, postgres: Postgres) -> None:
        postgres.run("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
        assert "keeps its text in LATIN1" in self.told(postgres.url("latin"))

    def test_another_programs_database(self, postgres: Postgres) -> None:
        other = postgres.database()
        postgres.run("CREATE TABLE recipes (name text)", database=name_of(other))
        assert "another program's database (it has a table 'recipes')" in self.told(other)

    def test_a_store_of_a_newer_release(self, postgres: Postgres, url: str) -> None:
        postgres.run("UPDATE alembic_version SET version_num = '0999'", database=name_of(url))
        assert "of a newer release (schema 0999" in self.told(url)

    @pytest.mark.parametrize("driver", ["postgresql+psycopg2", "mysql", "postgresql+asyncpg"])
    def test_a_driver_that_is_not_ours(self, driver: str) -> None:
        assert "is written like" in self.told(f"{driver}://anna@host/db")


def test_texts_come_in_the_same_order_whatever_the_servers_language(postgres: Postgres) -> None:
    postgres.run(
        "CREATE DATABASE dutch TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'nl' LOCALE 'C'"
    )
    with closing(open_store(postgres.url("dutch"), FixedClock())) as store:
        for ledger in ("b", "B", "é", "a-1", "a1", "A"):
            balance = LedgerBalance(ledger=ledger, balance=Money(1, "EUR"))
            store.books.note_ledger_balance("kantoor", balance)
        found = [balance.ledger for balance in store.books.ledger_balances()]
    assert found == sorted(found) == ["A", "B", "a-1", "a1", "b", "é"]


def test_letters_and_zones_of_this_machine_change_nothing(
    url: str, store: Store, postgres: Postgres
) -> None:
    postgres.run(f"ALTER DATABASE \"{name_of(url)}\" SET timezone = 'Pacific/Chatham'")
    store.books.book_statement(statement([line(100, text="Crème brûlée ✓ 漢字")]))
    with closing(open_store(url, FixedClock())) as again:
        assert again.books.statements() == store.books.statements()
        assert again.books.fetched_at("open items") == store.books.fetched_at("open items")


def test_what_waits_for_its_turn_writes_on_what_the_other_wrote(url: str, store: Store) -> None:
    """A writer sees all that was committed before its turn, not what was there when it asked."""
    asked = threading.Event()

    def other() -> None:
        with closing(open_store(url, FixedClock())) as late:
            asked.set()
            late.books.book_statement(statement([line(7, 1)], opening=5, opened=1, closed=1))

    with store.database.write() as connection:
        thread = threading.Thread(target=other)
        thread.start()
        asked.wait()
        connection.execute(text("SELECT pg_sleep(0.05)"))
        bank.book(connection, statement([line(5)]), FixedClock().now())
    thread.join()
    assert [one.closing.minor for one in store.books.statements()] == [5, 12]
