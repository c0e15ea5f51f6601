"""The debtors of the demo: businesses and consumers in three countries, with names as they come."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import replace

from clerkwork.demo.book import Debtor
from clerkwork.demo.seeding.references import iban

__all__ = ["consumer_name", "make_debtors", "share_iban"]

_TRADES = {
    "nl": (
        "Bakkerij", "Installatiebedrijf", "Hotel", "Café", "Bloemisterij", "Garage", "Drukkerij",
        "Aannemersbedrijf", "Kinderopvang", "Rijwielhandel", "Kapsalon", "Tandartspraktijk",
        "Schildersbedrijf", "Slagerij", "Boekhandel", "Fysiotherapie", "Jachtwerf", "Kaashandel",
    ),
    "fr": (
        "Brasserie", "Boulangerie", "Établissements", "Garage", "Menuiserie", "Imprimerie",
        "Pharmacie", "Hôtel", "Librairie", "Traiteur",
    ),
    "de": (
        "Bäckerei", "Schreinerei", "Gasthof", "Autohaus", "Druckerei", "Metallbau", "Gärtnerei",
        "Spedition", "Elektro", "Möbelhaus",
    ),
}  # fmt: skip
_SURNAMES = {
    "nl": (
        "de Vries", "van den Berg", "Jansen", "Bakker", "Visser", "Smit", "Meijer", "Mulder",
        "de Boer", "Dekker", "van Dijk", "Kuipers", "Postma", "Hoekstra", "Zijlstra", "Brouwer",
        "van der Wal", "Öztürk", "El Idrissi", "Şahin", "Coëlho", "Groenewegen", "in 't Veld",
        "van 't Hoff", "Noordhoek", "Schouten", "Rietveld", "Wiersma", "Luijten", "Peeters",
    ),
    "fr": (
        "Dubois", "Lefèvre", "Gérard", "Lambert", "Françoys", "Noël", "Delhaye", "Maréchal",
        "Hubert", "Béranger",
    ),
    "de": (
        "Müller", "Groß", "Schäfer", "König", "Weiß", "Jäger", "Vogt", "Brünjes", "Krämer",
        "Łuczak", "Hölscher", "Strauß",
    ),
}  # fmt: skip
_FIRST = {
    "nl": (
        "Zoë",
        "Daan",
        "Renée",
        "Sem",
        "Fatima",
        "Jeroen",
        "Marieke",
        "Thijs",
        "Anouk",
        "Koen",
        "Yara",
        "Bram",
        "Loïs",
        "Hendrik",
        "Wilhelmina",
        "Ayşe",
    ),
    "fr": ("Chloé", "Benoît", "Hélène", "Gaëtan", "Amélie", "Jérôme", "Noémie", "Étienne"),
    "de": ("Jürgen", "Käthe", "Björn", "Sören", "Annegret", "Günther", "Łukasz", "Heike"),
}
_STREETS = {
    "nl": ("Dorpsstraat", "Kerkweg", "Molenpad", "Julianalaan", "Havenkade", "Westeinde"),
    "fr": ("Rue de l'Église", "Avenue des Érables", "Place du Marché", "Chaussée de Mons"),
    "de": ("Hauptstraße", "Bahnhofstraße", "Am Mühlbach", "Gartenweg", "Königsallee"),
}
_CITIES = {
    ("NL", "nl"): (
        ("1441", "Purmerend"), ("1131", "Volendam"), ("8911", "Leeuwarden"), ("3511", "Utrecht"),
        ("5211", "'s-Hertogenbosch"), ("9712", "Groningen"), ("4331", "Middelburg"),
        ("6211", "Maastricht"), ("2312", "Leiden"),
    ),
    ("BE", "nl"): (("2000", "Antwerpen"), ("9000", "Gent"), ("3500", "Hasselt")),
    ("BE", "fr"): (("4000", "Liège"), ("5000", "Namur"), ("7000", "Mons")),
    ("DE", "de"): (("48143", "Münster"), ("50667", "Köln"), ("26721", "Emden"), ("47533", "Kleve")),
}  # fmt: skip
_FORMS = {
    ("NL", "nl"): ("B.V.", "B.V.", "V.O.F.", "N.V."),
    ("BE", "nl"): ("BV", "NV", "BV"),
    ("BE", "fr"): ("SRL", "SA", "SRL"),
    ("DE", "de"): ("GmbH", "e.K.", "GmbH & Co. KG", "KG"),
}
_HOSTILE = ("<script>alert(1)</script> B.V.", "=cmd|' /C calc'!A0 GmbH")


def consumer_name(rng: random.Random, language: str) -> str:
    return f"{rng.choice(_FIRST[language])} {rng.choice(_SURNAMES[language])}"


def _business_name(rng: random.Random, country: str, language: str) -> str:
    trade, owner = rng.choice(_TRADES[language]), rng.choice(_SURNAMES[language])
    joint = " & Söhne" if language == "de" and rng.random() < 0.2 else ""
    joint = " & Zn." if language == "nl" and rng.random() < 0.1 else joint
    return f"{trade} {owner}{joint} {rng.choice(_FORMS[country, language])}"


def _mail(rng: random.Random, name: str, kind: str, number: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    words = "".join(sign if sign.isalnum() else " " for sign in plain).split()
    local = ".".join(words[:3]) or "debtor"
    front = rng.choice(("administratie.", "facturen.", "")) if kind == "business" else ""
    return f"{front}{local}.{number[-3:]}@example.{rng.choice(('org', 'com', 'net'))}"


def _debtor(rng: random.Random, number: str, kind: str, country: str, name: str) -> Debtor:
    spoken = {"NL": "nl", "DE": "de"}.get(country) or rng.choice(("nl", "fr"))
    if not name:
        name = (
            _business_name(rng, country, spoken)
            if kind == "business"
            else consumer_name(rng, spoken)
        )
    postcode, city = rng.choice(_CITIES[country, spoken])
    if country == "NL":
        postcode += " " + "".join(rng.choice("ABCDEGHJKLMNPRSTVWXZ") for _ in range(2))
    business = kind == "business"
    return Debtor(
        number=number,
        name=name,
        kind=kind,
        country=country,
        language="en" if country == "NL" and rng.random() < 0.06 else spoken,
        street=f"{rng.choice(_STREETS[spoken])} {rng.randrange(1, 240)}",
        postcode=postcode,
        city=city,
        email=_mail(rng, name, kind, number),
        iban=iban(rng, country),
        credit_limit=rng.randrange(10, 150) * 50_000 if business else rng.randrange(3, 15) * 10_000,
        terms=rng.choice((14, 30, 30, 30, 60)) if business else rng.choice((14, 14, 30)),
        paper=False,
    )


def make_debtors(rng: random.Random, count: int) -> list[Debtor]:
    """`count` debtors: five in eight a business; two in three Dutch, else Belgian or German."""
    debtors: list[Debtor] = []
    names: set[str] = set()
    while len(debtors) < count:
        place = len(debtors)
        kind = "business" if place % 8 < 5 else "consumer"
        country = "DE" if place % 7 == 3 else "BE" if place % 5 == 1 else "NL"
        name = ""
        if place in (16, 17):
            kind, country = "business", ("NL", "DE")[place - 16]
            name = _HOSTILE[place - 16]
        debtor = _debtor(rng, f"{10007 + place * 3}", kind, country, name)
        if debtor.name in names:
            continue
        names.add(debtor.name)
        debtors.append(debtor)
    return debtors


def share_iban(first: Debtor, second: Debtor) -> Debtor:
    """`second` as it would be if both firms paid from the account of `first`."""
    return replace(second, iban=first.iban)
