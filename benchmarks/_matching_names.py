"""Believable debtors: names of people and firms, and accounts with sound check digits."""

from __future__ import annotations

import re
import unicodedata
from random import Random

__all__ = ["folded", "iban", "name_of", "varied"]

_FIRST = {
    "NL": "Jan Piet Kees Willem Anna Maria Sanne Daan Lotte Bram Femke Joost Marieke Ruben Iris "
    "Thijs Eva Sjoerd Nienke Hans Ingrid Mohammed Fatima Youssef Aylin",
    "BE": "Luc Marc Els An Griet Koen Tom Sofie Jef Lieve Bart Nathalie Pascal Inge Wout Amélie "
    "Benoît Céline Dirk Hilde",
    "DE": "Hans Jürgen Klaus Petra Sabine Uwe Monika Stefan Andrea Michael Jörg Katrin Björn "
    "Heike Lars Anke Günter Renate Mehmet Aylin",
    "FR": "Jean Pierre Marie Sylvie Luc Hélène André Françoise Michel Cécile Jérôme Chloé "
    "Philippe Aurélie Mathieu Noémie",
}
_LAST = {
    "NL": "de Vries|Jansen|van den Berg|Bakker|Visser|Smit|Meijer|de Boer|Mulder|de Groot|Bos|Vos|"
    "Peters|Hendriks|van Leeuwen|Dekker|Brouwer|de Wit|Dijkstra|Smits|de Graaf|van der Meer|"
    "Kok|Jacobs|van Dam|Vermeulen|van der Heijden|Postma|Hoekstra|Yilmaz|El Amrani|Kuipers",
    "BE": "Peeters|Janssens|Maes|Jacobs|Mertens|Willems|Claes|Goossens|Wouters|De Smet|Dubois|"
    "Lambert|Dupont|Martens|Van Damme|De Clercq|Hermans|Michiels|Leclercq|Desmet|Vandenberghe",
    "DE": "Müller|Schmidt|Schneider|Fischer|Weber|Meyer|Wagner|Becker|Schulz|Hoffmann|Schäfer|"
    "Koch|Bauer|Richter|Klein|Wolf|Schröder|Neumann|Schwarz|Krüger|Weiß|Groß|Köhler|Böhm",
    "FR": "Martin|Bernard|Thomas|Petit|Robert|Richard|Durand|Leroy|Moreau|Simon|Laurent|Lefèvre|"
    "Michel|Garcia|Roux|Fournier|Girard|Mercier|Guérin|Faure|Chevalier|Gauthier",
}
_TRADE = {
    "NL": "Bakkerij Bouwbedrijf Installatiebedrijf Autobedrijf Slagerij Transport Handelshuis "
    "Kwekerij Administratiekantoor Schildersbedrijf Drukkerij Groothandel Technisch-Bureau "
    "Makelaardij Fysiotherapie",
    "BE": "Bakkerij Garage Bouwwerken Drankenhandel Schrijnwerkerij Imprimerie Boulangerie "
    "Transports Entreprise Apotheek Tuinen",
    "DE": "Bäckerei Autohaus Bauunternehmen Elektro Spedition Tischlerei Malerbetrieb Metzgerei "
    "Maschinenbau Gärtnerei Druckerei Steuerbüro",
    "FR": "Boulangerie Garage Menuiserie Transports Plomberie Imprimerie Pharmacie Maçonnerie "
    "Établissements Société Ateliers",
}
_PLACE = (
    "Noord Zuid West Oost Centrum Delta Rijnmond Veluwe Kempen Haspengouw Ardennes Rheinland Nord "
    "Süd Alpha Omega Horizon Phoenix Zenith Atlas Orion Nova Prisma Vector Focus Unie Compass"
)
_FORMS = {
    "NL": ("B.V.", "BV", "V.O.F.", "N.V.", "Stichting"),
    "BE": ("BV", "NV", "SRL", "SA", "CV"),
    "DE": ("GmbH", "AG", "KG", "GmbH & Co. KG", "e.K."),
    "FR": ("SARL", "SAS", "SA", "EURL"),
}
_BANKS = ("ABNA", "INGB", "RABO", "SNSB", "TRIO", "KNAB", "ASNB", "BUNQ")
_LENGTHS = {"ES": 20, "PL": 24, "CH": 17, "IT": 23}
"""Of what follows the check digits."""
_FORM = re.compile(
    r"(?: (?:bv|vof|nv|srl|sa|cv|gmbh|ag|kg|gmbhcokg|ek|sarl|sas|eurl|stichting|holding|ua"
    r"|cooperatie|maatschap|vzw|asbl|commv|bvba|ohg|ug|haftungsbeschrankt|gbr|ev|eg|eu|partg|mbb|sasu|sci"
    r"|snc|scop|spa|sl|slu|spzoo|spj|sagl|gesmbh|og|ltd|limited|plc|llp))+$"
)
_ALIKE = str.maketrans({"ß": "ss", "\u0131": "i", "ø": "o", "ł": "l"})


def name_of(rng: Random, country: str, *, business: bool) -> str:
    """A name; a few come twice."""
    last = rng.choice(_LAST[country].split("|"))
    if not business:
        first = rng.choice(_FIRST[country].split())
        drawn = rng.random()
        if drawn < 0.15:
            return f"{first[0]}. {last}"
        second = "ABCDEFGHIJKLMNPRSTVWZ"[rng.randrange(21)]
        if drawn < 0.5:
            return f"{first[0]}.{second}. {last}"
        other = rng.choice(_LAST[country].split("|")).split()[-1]
        return f"{first} {second}. {last}-{other}" if drawn > 0.75 else f"{first} {second}. {last}"
    form = rng.choice(_FORMS[country])
    trade = rng.choice(_TRADE[country].split())
    shape = rng.random()
    if form == "Stichting":
        return f"Stichting {trade} {rng.choice(_PLACE.split())} {last}"
    if shape < 0.3:
        return f"{trade} {last} {form}"
    if shape < 0.65:
        return f"{trade} {last} {rng.choice(_PLACE.split())} {form}"
    other = rng.choice(_LAST[country].split("|"))
    return f"{trade} {last} & {other} {form}"


def folded(name: str, *, form: bool = False) -> str:
    """A name without case, accents, signs and (unless `form`) legal form."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_ALIKE))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = re.sub(
        r"[^a-z0-9 ]", "", bare.replace("& co. kg", "cokg").replace("sp. z o.o.", "spzoo")
    ).split()
    text = " ".join(words).replace(" cokg", "cokg")
    if form:
        return text.replace(" ", "")
    return _FORM.sub("", text).replace("stichting ", "").replace(" ", "")


def varied(rng: Random, name: str) -> str:
    """The same name as another bank writes it."""
    shape = rng.random()
    if shape < 0.45:
        return name
    if shape < 0.75:
        return name.upper()
    if shape < 0.9:
        return name.replace(".", "")
    plain = unicodedata.normalize("NFKD", name.translate(_ALIKE))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def iban(rng: Random, country: str) -> str:
    """An IBAN of that country with right check digits (ISO 13616)."""
    if country == "NL":
        bban = _BANKS[rng.randrange(8)] + f"{rng.randrange(10**8):010d}"
    elif country == "BE":
        body = f"{rng.randrange(1, 10**10):010d}"
        bban = f"{body}{int(body) % 97 or 97:02d}"
    elif country == "AT":
        bban = f"{rng.randrange(10**4, 10**5)}{rng.randrange(10**11):011d}"
    elif country == "GB":
        bban = f"{('BARC', 'LOYD', 'MIDL', 'NWBK')[rng.randrange(4)]}{rng.randrange(10**14):014d}"
    elif country in _LENGTHS:
        bban = "".join(str(rng.randrange(10)) for _ in range(_LENGTHS[country]))
        bban = f"{'ABCDEFGHIJ'[int(bban[0])]}{bban[1:]}" if country == "IT" else bban
    elif country == "DE":
        bban = f"{rng.randrange(10**7, 10**8)}{rng.randrange(10**10):010d}"
    else:
        body = f"{rng.randrange(10**5):05d}{rng.randrange(10**5):05d}{rng.randrange(10**11):011d}"
        bban = f"{body}{97 - int(body + '00') % 97:02d}"
    number = "".join(str(int(sign, 36)) for sign in f"{bban}{country}00")
    return f"{country}{98 - int(number) % 97:02d}{bban}"
