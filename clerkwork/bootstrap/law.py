"""The law of a workspace, for people who check a figure by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from clerkwork.core import journeys
from clerkwork.core.law.declared import LawSettings, law_packs
from clerkwork.core.law.pack import Pack
from clerkwork.core.simulation import Confirmed
from clerkwork.errors import ConfigError
from clerkwork.workspace.config import read_config
from clerkwork.workspace.find import find_root

__all__ = ["Law", "confirmed_rates", "law_for", "law_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    settings: LawSettings
    packs: Mapping[str, Pack]

    def pack(self, country: str = "") -> Pack:
        """Of a country, or else of the creditor's; raises `ConfigError` if it is not known."""
        name = country.lower() or self.settings.country
        if name not in self.packs:
            known = ", ".join(sorted(self.packs))
            raise ConfigError(
                f"no law of {name!r} is known: known are {known}. Declare it in config/law.toml, "
                "as in docs/law.md"
            )
        return self.packs[name]


def law_for(settings: LawSettings, zone: str = "Europe/Amsterdam") -> journeys.Law:
    """The law that the creditor's claims are under, its days counted in his time zone.

    Raises `ConfigError` if it is not known.
    """
    packs = Law(settings=settings, packs=law_packs(settings))
    return journeys.Law(
        pack=packs.pack(),
        vat=settings.vat,
        agreed=settings.agreed,
        after=settings.after_principal,
        zone=zone,
    )


def confirmed_rates(settings: LawSettings) -> tuple[Confirmed, ...]:
    """Dutch rates that an owner confirmed, for the simulation, which reckons interest anew."""
    kinds = {"non-trade": "consumer", "trade": "business"}
    return tuple(
        Confirmed(
            kind=kinds[one.kind], since=one.since, until=one.until, percent=Fraction(one.percent)
        )
        for one in settings.rates
        if one.country == "nl"
    )


def law_of(folder: Path | None) -> Law:
    """As the config of the workspace in or above a folder says; raises `ConfigError`."""
    settings = read_config(find_root((folder or Path.cwd()).resolve())).law
    return Law(settings=settings, packs=law_packs(settings))
