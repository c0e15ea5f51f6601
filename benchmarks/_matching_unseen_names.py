"""Debtors of the unseen style, and how their banks write their names."""

from __future__ import annotations

import unicodedata
from random import Random

__all__ = ["debtor_name", "payer_name"]

_GIVEN = {
    "NL": "Maarten Anouk Gijs Tineke Wouter Saskia Hendrika Bas Roos Jelle",
    "DE": "Andreas Birgit Detlef Erika Frank Gudrun Holger Ines Jonas Kerstin Manfred Nadine",
    "FR": "Alain Brigitte Christophe Dominique Élodie Gérald Huguette Julien Laëtitia Romain",
    "BE": "Geert Veerle Filip Katrien Didier Martine Stijn Nele Olivier Greet",
    "ES": "Álvaro Begoña Carmen Diego Esperanza Francisco Inés Javier Lucía Nuria Pilar Raúl",
    "IT": "Alessandro Beatrice Carlo Donatella Enrico Giulia Lorenzo Nicolò Paola Stefania",
    "PL": "Agnieszka Bartosz Dorota Grzegorz Jadwiga Krzysztof Łukasz Małgorzata Paweł Zofia",
    "CH": "Beat Regula Urs Ruedi Vreni Corinne Yves Fabienne Reto Silvia",
}
_FAMILY = {
    "NL": "Schouten|Willemsen|van Vliet|de Haan|Gerritsen|van der Wal|Kramer|Blom|Scholten|"
    "van Beek|Maas|Prins|van den Heuvel|Verbeek|Kuiper|Veenstra|Molenaar|Driessen|de Bruijn",
    "DE": "Lehmann|Krause|Vogel|Hartmann|Zimmermann|Lange|Schmitt|Werner|Krämer|Böttcher|Sauer|"
    "Thiel|Kühn|Pohl|Engelhardt|Fröhlich|Vogt|Jahn|Günther|Haßler|Beyer|Arnold|Brandt|Otto",
    "FR": "Lemaire|Perrin|Morin|Clément|Gautier|Masson|Marchand|Dufour|Blanchard|Barbier|Brun|"
    "Rivière|Arnaud|Giraud|Rolland|Leclerc|Gaillard|Renaud|Caron|Picard|Hubert|Lévêque",
    "BE": "De Vos|Van den Broeck|Aerts|De Meyer|Smets|Vandamme|Cools|Claeys|Denis|Lambrecht|"
    "Dumont|Verhoeven|Bauwens|Servais|Lefebvre|Cornelis|Timmermans",
    "ES": "García|Fernández|Rodríguez|Gómez|Sánchez|Pérez|Núñez|Ibáñez|Castaño|Ortega|Peña|"
    "Vázquez|Echeverría|Serrano|Muñoz|Iglesias|Ferrer|Puig",
    "IT": "Rossi|Ferrari|Esposito|Bianchi|Colombo|Ricci|Marino|Greco|D'Angelo|Conti|De Luca|"
    "Mancini|Rizzo|Lombardi|Moretti|Barbieri|Fontana|Dell'Orto",
    "PL": "Nowak|Kowalczyk|Wiśniewski|Wójcik|Kamiński|Lewandowski|Zieliński|Szymański|Woźniak|"
    "Dąbrowski|Kozłowski|Jabłoński|Mazur|Krawczyk|Świątek|Grabowski",
    "CH": "Keller|Meier|Huber|Brunner|Baumann|Frei|Gerber|Zürcher|Lüthi|Wyss|Bühler|Favre|Rochat|"
    "Bernasconi|Aeschbacher|Steiner",
}
_TRADES = {
    "NL": "Installatietechniek|Klimaattechniek|Waterbeheer|Techniek|Pompen|Jachtbouw|Tuinbouw|"
    "Zwembaden|Vastgoed|Rioolservice|Aannemersbedrijf",
    "DE": "Heizungsbau|Haustechnik|Anlagenbau|Brunnenbau|Klimatechnik|Tiefbau|Immobilien|Brauerei|"
    "Schwimmbadtechnik|Gebäudetechnik|Autohaus|Kälteanlagen",
    "FR": "Génie climatique|Pompes|Assainissement|Sanitaire|Piscines|Thermique|Forages|Couverture|"
    "Bâtiment|Maintenance",
    "BE": "Sanitair|Verwarming|Pompes|Techniques|Zwembaden|Aannemingen|Sanitaires|Klima|"
    "Waterwerken",
    "ES": "Instalaciones|Fontanería|Climatización|Bombas|Riegos|Talleres|Construcciones|Piscinas|"
    "Suministros",
    "IT": "Impianti|Termoidraulica|Officine|Costruzioni|Idraulica|Climatizzazione|Pompe|Ceramiche",
    "PL": "Instalacje|Hydraulika|Klimatyzacja|Budownictwo|Zakład Usługowy|Wodociągi|"
    "Technika Grzewcza",
    "CH": "Sanitär|Heizungen|Haustechnik|Chauffages|Impianti|Spenglerei|Gebäudeservice",
}
_TOWNS = {
    "NL": "Almelo|Breda|Ede|Gouda|Heerlen|Lelystad|Venlo|Zeist|Assen|Oss",
    "DE": "Aalen|Bocholt|Coburg|Emden|Gera|Hameln|Jena|Kempten|Lüneburg|Neuss|Plauen|Trier|Ulm",
    "FR": "Annecy|Béziers|Calais|Dijon|Évreux|Gap|Laval|Nevers|Pau|Rodez|Vichy",
    "BE": "Gent|Hasselt|Liège|Mons|Oostende|Ronse|Wavre|Genk|Lier|Dinant",
    "ES": "Ávila|Burgos|Cádiz|Gijón|Huelva|Lleida|Murcia|Reus|Soria|Vigo",
    "IT": "Asti|Bergamo|Cuneo|Forlì|Lecce|Modena|Prato|Rimini|Udine|Varese",
    "PL": "Gdynia|Kielce|Łódź|Opole|Poznań|Rzeszów|Toruń|Zabrze|Bytom|Płock",
    "CH": "Aarau|Biel|Chur|Lugano|Sion|Thun|Winterthur|Zug|Nyon|Olten",
}
_FORMS = {
    "NL": ("B.V.", "B.V.", "V.O.F.", "N.V."),
    "DE": ("GmbH", "GmbH", "GmbH & Co. KG", "KG", "e.K.", "AG"),
    "FR": ("SARL", "SAS", "SA", "EURL"),
    "BE": ("BV", "NV", "SRL", "SA"),
    "ES": ("S.L.", "S.A.", "S.L.U."),
    "IT": ("S.r.l.", "S.p.A.", "S.n.c.", "S.a.s."),
    "PL": ("Sp. z o.o.", "S.A.", "Sp. z o.o."),
    "CH": ("AG", "GmbH", "SA", "Sagl"),
}
_SPELT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ł": "l"}
    | {"Ł": "L"}
)


def debtor_name(rng: Random, country: str, business: bool) -> str:
    """A firm, or a person; some families and trades come twice, in two towns or in one."""
    families = _FAMILY[country].split("|")
    family = rng.choice(families)
    if not business:
        given = rng.choice(_GIVEN[country].split())
        if country == "ES":
            return f"{given} {family} {rng.choice(families)}"
        second = rng.choice("ABCDEFGHJKLMNPRSTVW")
        return f"{given} {second}. {family}" if rng.random() < 0.6 else f"{given} {family}"
    trade, form = rng.choice(_TRADES[country].split("|")), rng.choice(_FORMS[country])
    town = rng.choice(_TOWNS[country].split("|"))
    family = family[0].upper() + family[1:]
    shape = rng.random()
    if shape < 0.3:
        return f"{trade} {family} {form}"
    if shape < 0.5:
        return f"{family} {trade} {town} {form}"
    if shape < 0.6:
        other = rng.choice(families)
        return f"{family} & {other[0].upper()}{other[1:]} {trade} {form}"
    if shape < 0.8:
        code = "".join(rng.choice("ABCDEFGHIKLMNPRSTVW") for _ in range(3))
        return f"{code} {trade} {town} {form}"
    return f"{trade} {family} {rng.choice(families).split()[-1]} {town} {form}"


def payer_name(rng: Random, name: str) -> str:
    """The whole of it, but for case, accents, dots and a person's order of names."""
    shape = rng.random()
    if shape < 0.35:
        return name
    if shape < 0.65:
        return name.upper()
    if shape < 0.8:
        return _plain(name.translate(_SPELT)).upper()
    if shape < 0.9:
        return _plain(name.translate(str.maketrans("łŁ", "lL")))
    given, _, family = name.partition(" ")
    if given in " ".join(_GIVEN.values()).split() and not family[:2].endswith("."):
        return f"{family} {given}".upper()
    return name.replace(".", "")


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
