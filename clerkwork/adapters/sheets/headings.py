"""Which heading means which field: by the words that ERPs use, or as it is declared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from clerkwork.adapters.sheets.sheet import Sheet, refusal
from clerkwork.errors import ConfigError

__all__ = ["DEBTORS", "ITEMS", "KNOWN", "ColumnMap", "Fields", "counter", "found", "parse_columns"]


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one kind of list, with the words for each in four languages."""

    name: str
    """What `--columns` puts before a field of this list; empty for open items."""
    needed: tuple[str, ...]
    words: Mapping[str, str]
    """Folded headings that mean a field, blank separated."""
    weak: Mapping[str, str] = field(default_factory=dict)
    """Headings that mean a field only if no stronger word for it stands there."""
    else_: Mapping[str, str] = field(default_factory=dict)
    """What a weak heading of a field means when a stronger word took that field."""

    def meant(self, heading: str) -> str:
        """The field that a heading surely means; empty if it means none."""
        return self._in(self.words, heading)

    def perhaps(self, heading: str) -> str:
        """The field that a heading means where nothing else does."""
        return self._in(self.weak, heading)

    @staticmethod
    def _in(words: Mapping[str, str], heading: str) -> str:
        folded = _folded(heading)
        return next((name for name, known in words.items() if folded in known.split()), "")


_NAME = (
    "name customername debtorname clientname accountname company companyname naam klantnaam "
    "debiteurnaam debiteurennaam relatienaam bedrijf bedrijfsnaam kundenname debitorname firma "
    "firmenname nom nomclient nomduclient raisonsociale societe"
)
_CUSTOMER = (
    "customerno customernr customernumber customerid customercode clientno clientnumber clientid "
    "debtorno debtornr debtornumber debtorid accountno accountnumber "
    "debiteurnr debiteurnummer debiteurennummer debiteurcode klantnr klantnummer klantcode klantid "
    "relatienr relatienummer relatiecode "
    "kundennr kundennummer kdnr debitornr debitornummer debitorennr debitorennummer debitorenkonto "
    "kundenkonto codeclient numeroclient noclient nclient numclient compteclient"
)
_IBAN = (
    "iban ibans bankaccount bankaccounts banknumber bankrekening bankrekeningnummer rekeningnummer "
    "tegenrekening bankkonto bankverbindung kontonummer comptebancaire payeriban"
)

ITEMS = Fields(
    "",
    ("number", "customer", "open"),
    {
        "number": "number invoiceno invoicenr invoicenumber invoiceid documentno documentnr "
        "documentnumber docno docnr docnumber itemno itemnumber factuurnr factuurnummer factnr "
        "boekstuknr boekstuknummer documentnummer stuknr stuknummer postnummer rechnungsnr "
        "rechnungsnummer rechnungnr renr belegnr belegnummer opnummer numerofacture "
        "numerodefacture nofacture nfacture numfacture numeropiece nopiece npiece",
        "customer": _CUSTOMER,
        "name": _NAME,
        "iban": _IBAN,
        "open": "open openminor openamount openbalance amountopen outstanding outstandingamount "
        "amountoutstanding amountdue remaining remainingamount openstaand openstaandbedrag "
        "openstaandsaldo openbedrag opensaldo restant restbedrag nogtebetalen offen "
        "offenerbetrag offenersaldo restbetrag opbetrag reste restedu resteapayer montantouvert "
        "montantdu soldedu soldeouvert",
        "total": "total totalminor totalamount invoiceamount originalamount invoicetotal gross "
        "grossamount factuurbedrag factuurtotaal totaal totaalbedrag oorspronkelijkbedrag "
        "rechnungsbetrag gesamtbetrag bruttobetrag montantfacture montanttotal montantttc totalttc",
        "currency": "currency currencycode cur ccy valuta valutacode munt muntsoort munteenheid "
        "wahrung waehrung whrg devise monnaie",
        "due": "due duedate dueon maturity maturitydate vervaldatum vervaldag vervaldat verval "
        "fallig faellig falligam faelligam falligkeit faelligkeit falligkeitsdatum "
        "faelligkeitsdatum echeance dateecheance datedecheance",
        "issued": "issued issuedate invoicedate documentdate docdate factuurdatum documentdatum "
        "rechnungsdatum belegdatum datefacture datedefacture datepiece",
        "discount": "discount discountminor cashdiscount discountamount korting kortingsbedrag "
        "betalingskorting skonto skontobetrag escompte montantescompte",
        "discount_until": "discountuntil discountdate discountdue kortingtot kortingsdatum "
        "skontobis skontodatum skontofrist dateescompte escomptejusquau",
        "disputed": "disputed dispute indispute betwist betwisting bestritten strittig litige "
        "conteste enlitige",
    },
    {
        "number": "invoice document no nr item factuur boekstuk nummer rechnung beleg facture "
        "piece numero reference",
        "customer": "customer client debtor account debiteur klant relatie kunde debitor compte",
        "open": "balance amount saldo bedrag betrag montant solde",
        "issued": "date datum",
    },
    {"customer": "name", "open": "total"},
)

DEBTORS = Fields(
    "debtors",
    ("number", "name"),
    {"number": f"number {_CUSTOMER}", "name": _NAME, "iban": _IBAN},
    {
        "number": "no nr nummer numero customer client debtor account debiteur klant relatie "
        "kunde debitor code compte",
        "name": "description omschrijving bezeichnung libelle",
    },
    {"number": "name"},
)

KNOWN = Fields(
    "known",
    ("iban", "customer"),
    {
        "iban": _IBAN,
        "customer": f"{_CUSTOMER} number",
        "times": "times count often aantal keer anzahl nombre fois",
    },
    {"customer": "customer client debtor account debiteur klant relatie kunde debitor compte"},
)

_LISTS = (ITEMS, DEBTORS, KNOWN)

ColumnMap = Mapping[str, Mapping[str, str]]
"""Name of a list ('' for open items) to field to the heading that holds it."""


def parse_columns(text: str) -> ColumnMap:
    """'number=Factuur,open=Saldo,debtors.name=Naam' as a map; raises `ConfigError`."""
    result: dict[str, dict[str, str]] = {one.name: {} for one in _LISTS}
    for part in filter(None, (p.strip() for p in text.split(","))):
        key, sign, heading = (p.strip() for p in part.partition("="))
        kind, _, name = key.rpartition(".")
        fields = next((one for one in _LISTS if one.name == kind), None)
        if not sign or not heading or fields is None:
            raise ConfigError(
                f"--columns: {part!r} is not FIELD=HEADING, as in number=Factuur,open=Saldo; one "
                "of the debtors is written debtors.name=Naam, one of --known known.iban=Rekening"
            )
        if name not in fields.words:
            close = get_close_matches(name, fields.words, n=1)
            hint = f"Did you mean {close[0]!r}? " if close else ""
            raise ConfigError(
                f"--columns: there is no field {name!r}. {hint}Known are {', '.join(fields.words)}"
            )
        result[kind][name] = heading
    return result


def counter(fields: Fields, declared: Mapping[str, str]) -> Callable[[Sequence[str]], int]:
    """How many fields a row of headings holds, a needed one counting twice."""
    wanted = {_folded(heading) for heading in declared.values()}

    def heads(row: Sequence[str]) -> int:
        names = {fields.meant(cell) or fields.perhaps(cell) for cell in row if cell}
        names |= {"declared" for cell in row if cell and _folded(cell) in wanted}
        return sum(2 if name in (*fields.needed, "declared") else 1 for name in names - {""})

    return heads


def found(sheet: Sheet, fields: Fields, declared: Mapping[str, str]) -> Mapping[str, int]:
    """Field to the place of its column; raises `BusinessError` if one is missing or there twice."""
    places = _declared(sheet, fields, declared)
    free = [n for n in range(len(sheet.headings)) if n not in places.values()]
    for n in free:
        name = fields.meant(sheet.headings[n])
        if name and name not in declared:
            _take(sheet, fields, places, name, n)
    for n in [n for n in free if n not in places.values()]:
        name = fields.perhaps(sheet.headings[n])
        other = fields.else_.get(name, "")
        strong = {p for p in places if fields.meant(sheet.headings[places[p]]) or p in declared}
        if name in strong:
            name = other if other not in places else ""
        if name:
            _take(sheet, fields, places, name, n)
    missing = [name for name in fields.needed if name not in places]
    if missing:
        prefix = f"{fields.name}." if fields.name else ""
        raise refusal(
            sheet.path,
            sheet.place,
            f"the headings {', '.join(filter(None, sheet.headings)) or '(none)'}",
            f"one for {' and one for '.join(missing)}",
            then=f"Say which it is: --columns {prefix}{missing[0]}=HEADING",
        )
    return places


def _declared(sheet: Sheet, fields: Fields, declared: Mapping[str, str]) -> dict[str, int]:
    folded = [_folded(heading) for heading in sheet.headings]
    places = {}
    for name, heading in declared.items():
        at = [n for n, text in enumerate(sheet.headings) if text == heading]
        at = at or [n for n, text in enumerate(folded) if text == _folded(heading)]
        if len(at) != 1:
            raise refusal(
                sheet.path,
                sheet.place,
                f"the heading {heading!r} {'twice' if at else 'is not there'}",
                f"it once, for {name}, among {', '.join(filter(None, sheet.headings))}",
                then="Correct --columns",
            )
        places[name] = at[0]
    return places


def _take(sheet: Sheet, fields: Fields, places: dict[str, int], name: str, at: int) -> None:
    if name in places:
        one, other = sheet.headings[places[name]], sheet.headings[at]
        prefix = f"{fields.name}." if fields.name else ""
        raise refusal(
            sheet.path,
            sheet.place,
            f"{one!r} and {other!r} could both be {name}",
            "one of them",
            then=f"Say which it is: --columns {prefix}{name}={one!r}",
        )
    places[name] = at


def _folded(heading: str) -> str:
    plain = unicodedata.normalize("NFKD", heading.casefold().replace("ß", "ss"))
    return re.sub(r"[^a-z0-9]", "", plain)
