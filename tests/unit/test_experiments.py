"""What must hold of experiments: fair lots, sizes told before, and no more finds than alpha."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clerkwork.core.experiments import (
    BETTER,
    GOES_ON,
    NO_DIFFERENCE,
    WORSE,
    Arm,
    Count,
    Entry,
    Experiment,
    Experiments,
    Look,
    Trial,
    best_odds,
    boundary,
    drawn,
    drawn_by_bandit,
    look_due,
    look_sizes,
    newcombe,
    outcome,
    state_of,
    tallies,
    two_proportions,
    varied,
    wilson,
)
from clerkwork.core.experiments.result import distance
from clerkwork.core.experiments.size import MOST_LOOKS
from clerkwork.core.journeys import Journey, Step
from clerkwork.core.lots import Lots

CONTROL = Arm(name="as it is")
PLAIN = Arm(name="plain words", tone="plain")
WORDS = Experiment(
    name="plain words first",
    segment="others",
    steps=("first",),
    arms=(CONTROL, PLAIN),
    question="Do plain words bring more of them to pay?",
    expected=0.4,
    difference=0.1,
    days=7,
)
BANDIT = replace(
    WORDS, method="bandit", arms=(CONTROL, PLAIN, Arm(name="by telephone", channels=("call",)))
)
DAY = timedelta(days=1)
TODAY = date(2026, 3, 3)
Z = NormalDist().inv_cdf(0.975)


class TestSizes:
    def test_the_published_worked_values(self) -> None:
        """The examples of R's manual of `power.prop.test`: 76.7 a group, and 0.740 with 50."""
        assert two_proportions(0.50, 0.75, 0.90) == pytest.approx(76.7, abs=0.05)
        assert two_proportions(0.50, 0.75, 0.740) == pytest.approx(50, abs=0.1)

    def test_it_does_not_matter_which_is_which(self) -> None:
        assert two_proportions(0.4, 0.45, 0.8) == pytest.approx(two_proportions(0.45, 0.4, 0.8))
        mirrored = two_proportions(0.6, 0.55, 0.8)
        assert two_proportions(0.4, 0.45, 0.8) == pytest.approx(mirrored)

    @settings(deadline=None)
    @given(
        one=st.floats(0.05, 0.9),
        apart=st.floats(0.01, 0.09),
        power=st.floats(0.8, 0.98),
        looks=st.integers(1, MOST_LOOKS),
    )
    def test_more_is_needed_for_less_of_a_difference_more_power_and_more_looks(
        self, one: float, apart: float, power: float, looks: int
    ) -> None:
        sizes = look_sizes(one, one + apart, power, looks)
        assert len(sizes) == looks
        assert all(size == sizes[0] * number for number, size in enumerate(sizes, 1))
        assert sizes[-1] >= two_proportions(one, one + apart, power)
        assert look_sizes(one, one + apart / 2, power, looks) > sizes
        assert look_sizes(one, one + apart, power + 0.01, looks) >= sizes

    def test_an_experiment_takes_as_many_as_its_harder_side(self) -> None:
        low = replace(WORDS, expected=0.3)
        assert low.sizes == look_sizes(0.3, 0.4, 0.8, 3) > look_sizes(0.3, 0.2, 0.8, 3)
        assert replace(WORDS, expected=0.05).sizes == look_sizes(0.05, 0.15, 0.8, 3)
        assert BANDIT.sizes == ()


def crossing(looks: int, drift: float) -> float:
    """How likely the boundary is crossed, by integrating step by step (Armitage, McPherson and
    Rowe, 1969). `drift` is the mean of the statistic at the last look, of one look."""
    edge = boundary(looks, looks) * sqrt(looks)
    grid = np.linspace(-edge, edge, 1001)
    width = grid[1] - grid[0]
    each = drift / sqrt(looks)

    def density(x: Any) -> Any:
        return np.exp(-((x - each) ** 2) / 2) / sqrt(2 * np.pi)

    inside = density(grid)
    for _ in range(looks - 1):
        weights = np.full_like(grid, width)
        weights[[0, -1]] /= 2
        inside = density(grid[:, None] - grid[None, :]) @ (inside * weights)
    stays = float(np.trapezoid(inside, grid))
    return 1 - stays


class TestPeeking:
    @pytest.mark.parametrize("looks", range(1, MOST_LOOKS + 1))
    def test_the_boundaries_spend_five_of_a_hundred_over_all_looks(self, looks: int) -> None:
        assert crossing(looks, 0) == pytest.approx(0.05, abs=0.0003)
        edges = [boundary(number, looks) for number in range(1, looks + 1)]
        assert edges == sorted(edges, reverse=True), "early, only what is plain ends it"

    @pytest.mark.parametrize("looks", range(1, MOST_LOOKS + 1))
    def test_as_many_as_told_find_the_difference_as_often_as_told(self, looks: int) -> None:
        needed = look_sizes(0.4, 0.45, 0.8, looks)[-1] / two_proportions(0.4, 0.45, 0.8)
        drift = (Z + NormalDist().inv_cdf(0.8)) * sqrt(needed)
        assert crossing(looks, drift) == pytest.approx(0.8, abs=0.002)

    def verdicts(self, control: float, arm: float, times: int, seed: int) -> list[str]:
        """Of so many experiments whose debtors pay at these shares."""
        chance = np.random.default_rng(seed)
        found = []
        for _ in range(times):
            outcomes = {
                CONTROL.name: (chance.random(WORDS.sizes[-1]) < control).tolist(),
                PLAIN.name: (chance.random(WORDS.sizes[-1]) < arm).tolist(),
            }
            look = look_due(WORDS, 0, outcomes)
            while look and look.verdict == GOES_ON:
                look = look_due(WORDS, look.number, outcomes)
            assert look
            found.append(look.verdict)
        return found

    def test_without_a_difference_one_is_found_no_more_often_than_alpha(self) -> None:
        times = 2000
        found = self.verdicts(0.4, 0.4, times, seed=7)
        wrong = times - found.count(NO_DIFFERENCE)
        # Four standard errors: the seed is fixed, so it holds or it does not.
        assert wrong <= times * 0.05 + 4 * sqrt(times * 0.05 * 0.95)
        assert 0 < found.count(BETTER) < wrong
        # Whoever looks again and again finds one in every fourth.
        assert self.peeked(times, seed=7) > 4 * wrong

    def peeked(self, times: int, seed: int) -> int:
        """How often somebody finds a difference who looks each time ten debtors more are known."""
        chance = np.random.default_rng(seed)
        size = WORDS.sizes[-1]
        paid = np.cumsum(chance.random((times, 2, size)) < 0.4, axis=2)[:, :, 49::10]
        of = np.arange(50, size + 1, 10)
        p, q = paid[:, 0] / of, paid[:, 1] / of
        middle = (p + q) / 2
        z = np.abs(p - q) / np.sqrt(middle * (1 - middle) * 2 / of)
        return int((z >= Z).any(axis=1).sum())

    def test_a_difference_as_declared_is_found_as_often_as_declared(self) -> None:
        times = 1000
        for other, verdict in ((0.5, BETTER), (0.3, WORSE)):
            found = self.verdicts(0.4, other, times, seed=11).count(verdict)
            assert found >= times * 0.8 - 4 * sqrt(times * 0.8 * 0.2)

    def test_between_looks_nothing_is_told(self) -> None:
        size = WORDS.sizes[0]
        almost = {CONTROL.name: [False] * (size - 1), PLAIN.name: [True] * 10 * size}
        assert look_due(WORDS, 0, almost) is None
        assert look_due(WORDS, 0, {}) is None
        assert look_due(BANDIT, 0, {arm.name: [True] * 9999 for arm in BANDIT.arms}) is None

    @settings(deadline=None, max_examples=25)
    @given(more=st.lists(st.booleans(), max_size=50))
    def test_a_look_tells_the_same_whenever_it_is_taken(self, more: list[bool]) -> None:
        size = WORDS.sizes[0]
        first = {CONTROL.name: [True, False] * size, PLAIN.name: [True, True, False] * size}
        there = {arm: outcomes[:size] for arm, outcomes in first.items()}
        later = {arm: [*outcomes, *more] for arm, outcomes in there.items()}
        assert look_due(WORDS, 0, later) == look_due(WORDS, 0, there)

    def test_what_is_plain_ends_it_at_once_and_after_the_last_look_there_is_none(self) -> None:
        size = WORDS.sizes[-1]
        worse = {CONTROL.name: [True] * size, PLAIN.name: [False] * size}
        look = look_due(WORDS, 0, worse)
        assert look
        assert (look.number, look.verdict, look.difference) == (1, WORSE, -1)
        assert look_due(WORDS, 3, worse) is None
        same = {CONTROL.name: [True] * size, PLAIN.name: [True] * size}
        verdicts = [found.verdict for n in range(3) if (found := look_due(WORDS, n, same))]
        assert verdicts == [GOES_ON, GOES_ON, NO_DIFFERENCE]


class TestIntervals:
    @pytest.mark.parametrize(
        ("arm", "control", "low", "high"),
        [
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((5, 56), (0, 29), -0.0381, 0.1926),
            ((6, 7), (2, 7), 0.0582, 0.8062),
            ((0, 10), (0, 20), -0.1611, 0.2775),
            ((10, 10), (0, 20), 0.6791, 1.0),
        ],
    )
    def test_newcombes_own_examples(
        self, arm: tuple[int, int], control: tuple[int, int], low: float, high: float
    ) -> None:
        """Statistics in Medicine 17 (1998), table II, method 10."""
        one = Count(arm="arm", paid=arm[0], of=arm[1])
        other = Count(arm="control", paid=control[0], of=control[1])
        assert newcombe(other, one, Z) == pytest.approx((low, high), abs=0.00006)

    @settings(deadline=None)
    @given(
        of=st.tuples(st.integers(1, 500), st.integers(1, 500)),
        shares=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    )
    def test_it_holds_the_difference_and_turns_with_it(
        self, of: tuple[int, int], shares: tuple[float, float]
    ) -> None:
        one, other = (
            Count(arm=name, paid=round(n * share), of=n)
            for name, n, share in zip("ab", of, shares, strict=True)
        )
        low, high = newcombe(one, other, Z)
        assert -1 <= low <= other.share - one.share <= high <= 1
        assert newcombe(other, one, Z) == pytest.approx((-high, -low))
        wide = newcombe(one, other, 3.0)
        assert wide[0] <= low <= high <= wide[1]
        assert distance(one, other) == pytest.approx(-distance(other, one))

    def test_of_nobody_nothing_is_known(self) -> None:
        nobody = Count(arm="a", paid=0, of=0)
        assert wilson(nobody, Z) == (0, 1)
        assert distance(nobody, Count(arm="b", paid=1, of=2)) == 0

    def test_an_early_look_is_less_sure_than_a_late_one_of_the_same_shares(self) -> None:
        counts = {CONTROL.name: [True, False] * 500, PLAIN.name: [True, False] * 500}
        widths = []
        for taken in range(3):
            look = look_due(WORDS, taken, counts)
            assert look
            widths.append(look.interval[1] - look.interval[0])
        assert widths == sorted(widths, reverse=True)


names = st.text(min_size=1, max_size=30)


class TestLots:
    @settings(deadline=None, max_examples=25)
    @given(name=names, debtors=st.lists(names, min_size=1, max_size=30, unique=True))
    def test_the_same_debtor_comes_into_the_same_arm_in_whatever_order(
        self, name: str, debtors: list[str]
    ) -> None:
        experiment = replace(WORDS, name=f"x{name}")
        forth = {debtor: drawn(experiment, debtor) for debtor in debtors}
        back = {debtor: drawn(experiment, debtor) for debtor in reversed(debtors)}
        assert forth == back

    @settings(deadline=None, max_examples=25)
    @given(name=names)
    def test_shares_are_equal(self, name: str) -> None:
        experiment, count = replace(WORDS, name=f"x{name}"), 1000
        control = sum(drawn(experiment, str(n)) is experiment.arms[0] for n in range(count))
        assert abs(control - count / 2) < 6 * sqrt(count / 4)

    def test_one_experiment_has_no_part_in_another(self) -> None:
        other = replace(WORDS, name="later")
        both = [(drawn(WORDS, str(n)), drawn(other, str(n))) for n in range(4000)]
        for one in WORDS.arms:
            for two in other.arms:
                assert both.count((one, two)) == pytest.approx(1000, abs=130)

    def test_a_bandit_draws_the_same_again_and_goes_where_it_did_best(self) -> None:
        counts = told((20, 100), (60, 100), (30, 100))
        first = [drawn_by_bandit(BANDIT, str(n), counts).name for n in range(2000)]
        assert first == [drawn_by_bandit(BANDIT, str(n), counts).name for n in range(2000)]
        # A fifth for the control before anything else, and hardly a draw in which it is the best.
        assert first.count("as it is") / 2000 == pytest.approx(0.2, abs=0.03)
        assert first.count("plain words") / 2000 == pytest.approx(0.8, abs=0.03)

    def test_a_bandit_that_knows_nothing_tries_everything(self) -> None:
        first = [drawn_by_bandit(BANDIT, str(n), told((0, 0), (0, 0), (0, 0))) for n in range(2000)]
        for arm, share in zip(BANDIT.arms, (0.2 + 0.8 / 3, 0.8 / 3, 0.8 / 3), strict=True):
            assert first.count(arm) / 2000 == pytest.approx(share, abs=0.04)

    def test_how_likely_an_arm_is_the_best(self) -> None:
        odds = best_odds(BANDIT, told((50, 100), (50, 100), (50, 100)))
        assert sum(odds) == pytest.approx(1)
        assert odds == pytest.approx((1 / 3, 1 / 3, 1 / 3), abs=0.05)
        assert best_odds(BANDIT, told((5, 100), (60, 100), (7, 100)))[1] > 0.99

    @settings(deadline=None, max_examples=25)
    @given(ones=st.integers(1, 200), others=st.integers(1, 200))
    def test_draws_of_beta_lie_about_its_mean(self, ones: int, others: int) -> None:
        lots, count = Lots("beta", ones, others), 200
        found = [lots.beta(ones, others) for _ in range(count)]
        both = ones + others
        spread = sqrt(ones * others / (both**2 * (both + 1)))
        assert all(0 < one < 1 for one in found)
        assert sum(found) / count == pytest.approx(ones / both, abs=5 * spread / sqrt(count))


def told(*counts: tuple[int, int]) -> tuple[Count, ...]:
    return tuple(
        Count(arm=arm.name, paid=paid, of=of)
        for arm, (paid, of) in zip(BANDIT.arms, counts, strict=True)
    )


def entry(debtor: str = "1", arm: Arm = PLAIN, since: date = TODAY, *items: str) -> Entry:
    return Entry(
        experiment=WORDS.name, debtor=debtor, arm=arm, segment="others", steps=("first",),
        since=since, items=items or ("F1", "F2"),
    )  # fmt: skip


class TestOutcomes:
    @pytest.mark.parametrize(
        ("paid", "there", "known"),
        [
            ({"F1": 0, "F2": 7}, (), True),
            ({"F1": 0, "F2": 8}, (), False),
            ({"F1": 0}, ("F2",), False),
            ({"F1": 0, "F2": 1}, ("F2",), False),
            ({"F1": 0}, (), None),
        ],
    )
    def test_it_is_paid_if_all_of_it_was_in_time(
        self, paid: dict[str, int], there: Sequence[str], known: bool | None
    ) -> None:
        """Also what was paid and came back is open; of what was forgotten nobody knows."""
        days = {("1", number): TODAY + after * DAY for number, after in paid.items()}
        assert outcome(entry(), 7, days, {("1", number) for number in there}) is known

    def test_nobody_is_counted_before_his_days_are_over_not_even_who_paid(self) -> None:
        """Whoever counts payers at once, and the others later, finds everything better."""
        came = [entry("1", CONTROL), entry("2"), entry("3", PLAIN, TODAY - DAY)]
        paid = {(d, n): TODAY for d in "123" for n in ("F1", "F2")}
        for read_to, known in ((None, 0), (TODAY + 5 * DAY, 0), (TODAY + 6 * DAY, 1)):
            found = tallies(WORDS, came, paid, (), read_to)
            assert sum(len(tally.outcomes) for tally in found.values()) == known
        found = tallies(WORDS, came, paid, (), TODAY + 7 * DAY)
        assert {arm: (t.came, t.outcomes) for arm, t in found.items()} == {
            "as it is": (1, [True]),
            "plain words": (2, [True, True]),
        }

    def test_outcomes_stand_in_the_order_in_which_their_debtors_came_in(self) -> None:
        came = [entry("9", PLAIN, TODAY), entry("2", PLAIN, TODAY), entry("5", PLAIN, TODAY - DAY)]
        paid = {(d, n): TODAY for d in ("2", "5") for n in ("F1", "F2")}
        there = {("9", "F1"), ("9", "F2")}
        found = tallies(WORDS, came, paid, there, TODAY + 30 * DAY)
        assert found["plain words"].outcomes == [True, True, False]
        lost = tallies(WORDS, came, {}, there, TODAY + 30 * DAY)["plain words"]
        assert (lost.came, lost.outcomes, lost.lost) == (3, [False], 2)


JOURNEY = Journey(
    name="standard",
    hand_over=14,
    steps=tuple(
        Step(name=name, after=after, tone=name, channels=("mail", "letter"), notice=notice)
        for name, after, notice in (
            ("before", -3, False),
            ("first", 3, False),
            ("second", 10, False),
            ("formal", 30, True),
        )
    ),
)


class TestDeclared:
    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"name": " "}, "name must not be empty"),
            ({"question": ""}, "what is asked, and why"),
            ({"steps": ()}, "at least one step"),
            ({"steps": ("first", "first")}, "each once"),
            ({"method": "guess"}, "expected one of compare, bandit"),
            ({"arms": (CONTROL,)}, "with one other arm; here are 1"),
            ({"arms": BANDIT.arms}, "take method = 'bandit'"),
            ({"arms": (CONTROL, replace(PLAIN, name="as it is"))}, "a name of its own"),
            ({"arms": (PLAIN, CONTROL)}, "'plain words' changes it"),
            ({"arms": (CONTROL, Arm(name="same"))}, "'same' changes nothing"),
            (
                {"steps": ("first", "second"), "arms": (CONTROL, Arm(name="late", after=6))},
                "2 steps cannot come on the same day",
            ),
            ({"expected": 1.0}, "a share above 0 and below 1"),
            ({"difference": 0.0}, "is a share still"),
            ({"difference": 0.7}, "is a share still"),
            ({"power": 0.5}, "expected 0.8 to 0.99"),
            ({"looks": 6}, "expected 1 to 5"),
            ({"days": 0}, "expected 1 to 92"),
            ({"control": 0.0}, "a share above 0 and below 1"),
            ({"method": "bandit", "arms": (CONTROL,)}, "expected 2 to 5"),
        ],
    )
    def test_what_cannot_be_meant_is_refused(self, changed: dict[str, Any], said: str) -> None:
        with pytest.raises(ValueError, match=said):
            replace(WORDS, **changed)

    def test_two_of_one_name_are_refused(self) -> None:
        with pytest.raises(ValueError, match="a name of its own"):
            Experiments(experiments=(WORDS, WORDS))

    def test_an_arm_changes_its_steps_and_nothing_else(self) -> None:
        arm = Arm(name="other", tone="plain", channels=("sms",), after=5, gap=9, offers=())
        found = varied(JOURNEY, ("first",), arm)
        first = found.steps[1]
        assert (first.tone, first.channels, first.after, first.gap, first.offers) == (
            "plain", ("sms",), 5, 9, (),
        )  # fmt: skip
        assert [*found.steps[:1], *found.steps[2:]] == [*JOURNEY.steps[:1], *JOURNEY.steps[2:]]
        assert (found.name, found.levels) == (JOURNEY.name, JOURNEY.levels)
        assert varied(JOURNEY, ("first", "second"), CONTROL) == JOURNEY

    def test_no_arm_lifts_what_the_law_asks(self) -> None:
        """What is the notice stays it, and what asks no costs asks none."""
        formal = varied(JOURNEY, ("formal",), PLAIN).steps[-1]
        assert formal.notice
        assert not {"notice", "costs", "interest", "hours", "fewest", "week"} & set(Arm.__slots__)

    @pytest.mark.parametrize(
        ("step", "arm", "said"),
        [
            ("fifth", PLAIN, "has no step 'fifth'"),
            ("before", Arm(name="a", after=2), "stays on its side of the due date"),
            ("first", Arm(name="a", after=0), "stays on its side of the due date"),
            ("first", Arm(name="a", after=12), "in the order of `after`"),
            ("first", Arm(name="a", gap=0), "nobody is contacted twice a day"),
            ("first", Arm(name="a", channels=("fax",)), "channels must be of"),
            ("first", Arm(name="a", offers=("cash",)), "offers must be of"),
        ],
    )
    def test_an_arm_that_makes_no_journey_is_none(self, step: str, arm: Arm, said: str) -> None:
        with pytest.raises(ValueError, match=said):
            varied(JOURNEY, (step,), arm)

    def test_words_for_people(self) -> None:
        assert CONTROL.words == "as the journey has it"
        arm = Arm(name="x", tone="plain", channels=("sms", "mail"), after=5, gap=9, offers=())
        assert arm.words == (
            "tone plain; by sms, mail; on day 5; 9 days after the contact before; offers a "
            "transfer alone"
        )


def test_where_an_experiment_stands() -> None:
    at = datetime(2026, 3, 3, tzinfo=UTC)
    trial = Trial(name=WORDS.name, design=WORDS.design, begun=at)
    count = Count(arm="a", paid=1, of=2)
    look = Look(number=1, control=count, arm=count, critical=2.0, verdict=GOES_ON)
    assert state_of(WORDS, None) == "not begun"
    assert state_of(WORDS, trial) == "running"
    assert state_of(replace(WORDS, question="Why not?"), trial) == "running"
    for change in (
        {"difference": 0.2},
        {"looks": 5},
        {"days": 8},
        {"arms": (CONTROL, Arm(name="plain words", gap=9))},
    ):
        assert state_of(replace(WORDS, **change), trial) == "changed"
    assert state_of(None, trial) == "removed"
    assert state_of(WORDS, replace(trial, looks=(look,))) == "running"
    over = replace(trial, looks=(replace(look, verdict=WORSE),))
    assert state_of(WORDS, over) == WORSE
    assert state_of(WORDS, replace(over, stopped=at)) == "stopped"
