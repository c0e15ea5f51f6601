"""Debtors of style d, and how their banks write their names."""

from __future__ import annotations

import unicodedata
from random import Random

__all__ = ["debtor_name", "payer_name"]

_GIVEN = {
    "DE": "Benedikt Carsten Dorothea Eberhard Franziska Gerlinde Henning Ilse Jannik Karoline "
    "Leonhard Mechthild Norbert Ottilie Raphael Solveig Torsten Ulrike Veit Wiebke Zoran Emre "
    "Magdalena Hannelore Friedrich Annegret",
    "AT": "Alois Burgi Christl Ferdinand Gottfried Hermine Josefa Korbinian Leopold Maximilian "
    "Notburga Ottokar Resi Sepp Theresia Valentin Walburga Xaver",
    "FR": "Armelle Baptiste Clotilde Damien Edwige Fabrice Ghislaine Hervé Isabelle Joëlle Kévin "
    "Loïc Maxence Nadège Odile Patrice Quentin Rémi Séverine Thibault Véronique Yannick Zoé",
    "GB": "Alasdair Bronwen Callum Deirdre Ewan Fiona Graham Hamish Imogen Jocelyn Keith Lorna "
    "Moira Niall Oonagh Priya Rhys Siobhan Tariq Wendy",
}
_FAMILY = {
    "NL": "Terpstra|Oosterhof|ter Horst|Wiersma|Zijlstra|Nieuwenhuis|van Wijngaarden|Tuinman|"
    "Ketelaar|Schoonhoven|Lammers|Rozendaal|van Rossum|Boonstra|Kortekaas|Huizinga|Verhagen|"
    "Stuivenberg|de Lange|Pronk|Westerveld|Akkerman|Hofstede|van Gelderen|Bleeker|Noordhoek|"
    "op den Kamp|Sanders|Teunissen|Groeneveld|in 't Veld|Koopmans|Blaauw|Demir|Bouzidi",
    "BE": "Verstraete|Coppens|Baert|Declercq|Pauwels|Segers|Thijs|Van Acker|Bogaert|Lemmens|"
    "Hoste|De Backer|Delvaux|Charlier|Collignon|Noël|Gérard|Lejeune|Renard|Simonis|Stassen|"
    "Vercammen|Wuyts|Van Hecke|De Ridder|Moens",
    "DE": "Ahrens|Brandner|Clausen|Dörfler|Ebeling|Friedrichsen|Göbel|Haferkamp|Imhoff|Jäger|"
    "Kowalski|Lüders|Mühlbauer|Nordmann|Overbeck|Pfeiffer|Quandt|Rademacher|Sommerfeld|Thoma|"
    "Uhlenbrock|Voß|Wiegand|Zimmer|Öztürk|Kästner|Riemenschneider|Heßler",
    "AT": "Aigner|Brunnhuber|Dorfinger|Eder|Fuchsbichler|Grabner|Hinteregger|Kirchmayr|Leitgeb|"
    "Moosbrugger|Nagl|Obermoser|Pichler|Rauscher|Steinböck|Tschernitz|Unterberger|Zangerl",
    "FR": "Aubert|Besnard|Carpentier|Delattre|Évrard|Fontaine|Guillot|Hamon|Jacquet|Kerbrat|"
    "Lacroix|Meunier|Nicolas|Olivier|Pasquier|Quéré|Rousseau|Sauvage|Tessier|Vasseur|Bouvier|"
    "Collet|Diallo|Maréchal",
    "GB": "Ashworth|Blackwood|Cartwright|Drummond|Eastwood|Fairclough|Goddard|Hargreaves|Ingram|"
    "Kirkpatrick|Lockhart|Mukherjee|Nairn|Ormerod|Pemberton|Radcliffe|Sutherland|Thackeray",
}
_TRADES = {
    "NL": "Loodgieters|Dakwerken|Scheepswerf|Zuivel|Bloemenexport|Machinefabriek|Zorggroep|"
    "Tandartspraktijk|IT-Diensten|Verhuur|Keukens|Glashandel|Veehouderij|Accountants|Logistiek|"
    "Uitgeverij|Kinderopvang|Rijwielen",
    "BE": "Elektriciteit|Chauffage|Vloeren|Brasserie|Boekhouding|Carrelages|Schoonmaak|Traiteur|"
    "Toitures|Beton|Fleurs|Landbouwmachines|Assurances|Textiel",
    "DE": "Dachdeckerei|Sanitär|Zahntechnik|Hausverwaltung|Landhandel|Werkzeugbau|Fensterbau|"
    "Pflegedienst|Getränke|Kunststofftechnik|Architekten|Logistik|Softwarehaus|Weingut|Optik|"
    "Fahrschule|Baustoffe",
    "AT": "Gasthof|Zimmerei|Installationen|Holzbau|Molkerei|Skiverleih|Steinmetz|Kachelöfen|"
    "Sägewerk|Trafik|Seilbahnen",
    "FR": "Charpente|Électricité|Carrosserie|Cabinet|Domaine|Peinture|Serrurerie|Informatique|"
    "Traiteur|Laboratoire|Chauffage|Ambulances|Vignobles|Mécanique",
    "GB": "Engineering|Joinery|Plumbing|Haulage|Catering|Fabrications|Surveyors|Stationers|"
    "Brewery|Fisheries|Roofing|Software",
}
_TOWNS = {
    "NL": "Kampen|Sneek|Roermond|Goes|Tiel|Doetinchem|Hoorn|Meppel|Boxtel|Delfzijl|Woerden|Uden",
    "BE": "Aalst|Kortrijk|Tournai|Eupen|Verviers|Geel|Tielt|Arlon|Ieper|Huy|Mol|Namur",
    "DE": "Celle|Fulda|Passau|Husum|Görlitz|Bamberg|Minden|Siegen|Kleve|Wismar|Lahr|Soest|Hof",
    "AT": "Krems|Steyr|Villach|Bludenz|Kufstein|Wels|Lienz|Hallein|Baden|Tulln",
    "FR": "Quimper|Niort|Albi|Vannes|Cahors|Épinal|Dole|Saumur|Royan|Lens|Agen|Mâcon",
    "GB": "Leeds|Truro|Perth|Hove|Lincoln|Wrexham|Ayr|Kendal|Derby|Poole",
}
_FORMS = {
    "NL": ("B.V.", "Holding B.V.", "VOF", "Coöperatie U.A.", "Maatschap", "C.V.", "BV"),
    "BE": ("BV", "VZW", "ASBL", "Comm.V", "BVBA", "SRL", "NV"),
    "DE": ("GmbH", "OHG", "UG (haftungsbeschränkt)", "GbR", "e.V.", "eG", "PartG mbB", "KG"),
    "AT": ("Ges.m.b.H.", "GmbH", "OG", "KG", "e.U."),
    "FR": ("SASU", "SCI", "SNC", "S.A.S.", "SCOP", "SARL"),
    "GB": ("Ltd", "Limited", "PLC", "LLP"),
}
_TITLES = ("Dr. ", "Fam. ", "Hr/Mw ", "M/Mme ", "Prof. ")
_SPELT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "o"}
)
_INITIALS = "ABCDEFGHIJKLMNPRSTVW"


def debtor_name(rng: Random, country: str, business: bool) -> str:
    """A firm, or a person by initials in the Netherlands and Belgium, elsewhere by given name."""
    families = _FAMILY[country].split("|")
    family = rng.choice(families)
    if not business:
        if rng.random() < 0.35:
            family += "-" + rng.choice(families).split()[-1]
        if country in _GIVEN:
            given = rng.choice(_GIVEN[country].split())
            return f"{given} {rng.choice(_INITIALS)}. {family}"
        initials = "".join(f"{rng.choice(_INITIALS)}." for _ in range(3))
        return f"{initials} {family}"
    trade, form = rng.choice(_TRADES[country].split("|")), rng.choice(_FORMS[country])
    towns = _TOWNS[country].split("|")
    family = family[0].upper() + family[1:]
    shape = rng.random()
    if shape < 0.35:
        return f"{family} {trade} {rng.choice(towns)} {form}"
    if shape < 0.7:
        other = rng.choice(families)
        return f"{trade} {family} & {other[0].upper()}{other[1:]} {form}"
    if shape < 0.9:
        return f"{family} & Partners {trade} {rng.choice(towns)} {form}"
    return f"{trade} {' '.join(rng.sample(towns, 2))}"


def payer_name(rng: Random, name: str) -> str:
    """Nothing is left out of it but accents and dots."""
    shape = rng.random()
    person = name.split()[0].endswith(".") or name.split()[1].endswith(".")
    if shape < 0.3:
        return name
    if shape < 0.55:
        return name.upper()
    if shape < 0.7:
        return name.translate(_SPELT).upper()
    if shape < 0.8:
        plain = unicodedata.normalize("NFKD", name)
        return "".join(sign for sign in plain if not unicodedata.combining(sign))
    if not person:
        return name.replace(".", "").replace(" & ", " + ")
    if shape < 0.9:
        return rng.choice(_TITLES) + name
    before, _, family = name.partition(". ") if name[1] == "." else name.rpartition(". ")
    return f"{family}, {before}." if rng.random() < 0.5 else f"{family} {before}."
