"""Wording: syllables held against words counted by hand, formulas, claims and advertising."""

from __future__ import annotations

import pytest

from clerkwork.core.wording.claims import advertises, asks_costs, asks_interest, names_date
from clerkwork.core.wording.reading import B1, ease, sentences
from clerkwork.core.wording.syllables import LANGUAGES, syllables

# Words of reminders, and others on which a rule may stumble, by how many syllables they have.
COUNTED = {
    "nl": {
        1: (
            "wij groet geeuw leeuw prijs zee thuis geld bank app vraag juist fout oud jaar "
            "maand week uur straat schuld naam"
        ),
        2: (
            "factuur misschien zeven dagen ondanks bedrag laatste bericht bekijkt afspraak "
            "verloopt helpen waarom veertien rente kenmerk nieuwe mooie koeien bureau "
            "niveau cliënt ruimte auto euro zeeën code vragen antwoord uren dinsdag "
            "woensdag winkel vandaag nummer tussen eerder daarom schulden brieven studie "
            "adres ziekte zondag"
        ),
        3: (
            "betaling rekening betalen vergeten gebeuren oplossing aanmaning ontvangen "
            "vordering binnenkort duidelijk geschreven klantnummer patiënt reünie speciaal "
            "museum bijlage ideeën industrie schuldeiser deurwaarder regeling termijnen "
            "beloven telefoon donderdag overzicht gisteren mogelijk gemeente belasting "
            "studenten inkomen verhuizing familie kinderen werkgever zaterdag goederen"
        ),
        4: (
            "herinnering medewerker betaaltermijn wettelijke creditnota vervaldatum "
            "vriendelijke financieel januari februari beëindigen officieel materiaal "
            "situatie verzekering overeenkomst aansprakelijk onmiddellijk"
        ),
        5: "incassokosten individueel coöperatie verantwoordelijk administratie",
        6: "betalingsregeling",
    },
    "en": {
        1: (
            "please costs time times while rule asked called paid date dates goes does year "
            "years month day days hour fire our your whole these those used closed street "
            "debt debts name goods"
        ),
        2: (
            "payment invoice received perhaps happen seven formal notice message decide "
            "number account transfer money question questions table tables people little "
            "wanted needed closes pages changes client create going being quiet business "
            "statement special social language bailiff promise dispute letter reason single "
            "offered answered ordered between therefore letters council taxes study "
            "students income moving address children illness sunday agreed cancelled"
        ),
        3: (
            "reminder overdue possible together solution disagree company arrangement "
            "customer reference collection interest deliver delivered anything invoices "
            "period actual agreement telephone official radio media area idea insurance "
            "promises instalment unable overview yesterday earlier family employer saturday "
            "remaining"
        ),
        4: "statutory responsible information situation material available",
        5: "immediately individual administration",
    },
    "de": {
        1: "trotz jetzt bald sie die Brief Bank Jahr falsch Zeit Ei Schuld Kreis",
        2: (
            "Rechnung Zahlung vielleicht Betrag sieben Tagen Lösung Mahnung schreiben "
            "letzte Nachricht Termin fällig Gutschrift Grüßen Datum Zinsen neue bauen "
            "Gebühr Beitrag Ihnen zeigen Leute Häuser Euro Auto kaufen wieder Briefe Konto "
            "heute morgen Woche Monat Stunde können müssen Frage Fragen Antwort richtig "
            "Schuldner Quelle bequem Seite gestern Straße Nummer zwischen früher deshalb "
            "Schulden möglich Steuer Umzug Name Kinder Krankheit Samstag Sonntag Ware"
        ),
        3: (
            "bezahlen vergessen passieren innerhalb erhalten Forderung veranlasst "
            "freundlichen Nation geehrte beenden geändert anrufen Telefon Gläubiger Linie "
            "Prämie Industrie speziell Radio Ruine Übersicht Gemeinde Studium Studenten "
            "Einkommen Adresse Verwaltung Bestellung Lieferung"
        ),
        4: (
            "Erinnerung einverstanden vereinbaren überfällig Verwendungszweck Kundennummer "
            "gesetzliche Familie aktuelle Versicherung Vereinbarung Verantwortung "
            "unverzüglich offiziell Material Arbeitgeber Ratenzahlung Mitarbeiter"
        ),
        5: "Inkassokosten Information Situation individuell",
    },
    "fr": {
        1: (
            "sept jours tiers quelque chose clair autre lettre note compte votre banque "
            "page frais suivent vous bien vie nuit feuille mois heure juste faux eau deux "
            "trois quatre quinze vingt hier rue entre donc dette dettes lettres taxe nom"
        ),
        2: (
            "facture paiement rappel payer encore montant retard possible ensemble malgré "
            "accord dernier message confions dossier trouver bientôt aidons nouvelles "
            "argent crédit versez scannez correct client légaux veuillez remise devrez avez "
            "payée créance travail famille juillet demain semaine année question réponse "
            "prière pays huissier euro voiture bureau adresse avant commune études enfants "
            "dimanche commande montants personne"
        ),
        3: (
            "oublié solution demandons maintenant expliquez préférons échéance entreprise "
            "volontiers numéro intérêts appelez aujourd'hui téléphone essayez assurance "
            "responsable créancier débiteur aperçu étudiants revenu maladie employeur "
            "samedi livraison virement envoyé contacter"
        ),
        4: "application cordialement recouvrement échelonné réclamation",
        5: "collaborateur communication immédiatement",
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_syllables_are_counted_as_by_hand(language: str) -> None:
    counted = {word: count for count, words in COUNTED[language].items() for word in words.split()}
    wrong = {word: syllables(word, language) for word in counted}
    wrong = {word: said for word, said in wrong.items() if said != counted[word]}
    assert len(counted) > 110
    # French verbs in -ent are silent there, which spelling alone does not tell.
    assert set(wrong) <= {"suivent"}


def test_capitals_and_apostrophes_do_not_matter() -> None:
    assert syllables("BETALING", "nl") == 3
    assert syllables("aujourd\u2019hui", "fr") == syllables("aujourd'hui", "fr") == 3
    assert syllables("pst", "nl") == 1
    with pytest.raises(KeyError):
        syllables("woord", "pl")


@pytest.mark.parametrize(
    ("language", "text", "score"),
    [
        # One sentence of six words of one syllable each: base - 6 x sentence - 1 x word.
        ("en", "The cat sat on the mat.", 206.835 - 6 * 1.015 - 84.6),
        ("nl", "De kat zat op de mat.", 206.84 - 6 * 0.93 - 77.0),
        ("de", "Da saß der Hund am Tisch.", 180.0 - 6 * 1.0 - 58.5),
        ("fr", "Le chat dort sous un lit.", 207.0 - 6 * 1.015 - 73.6),
        # Two sentences of three words, nine syllables in all: 1.5 a word.
        ("nl", "Wij wachten nog. Betaal de factuur.", 206.84 - 3 * 0.93 - 77.0 * 9 / 6),
    ],
)
def test_the_formula_of_each_language(language: str, text: str, score: float) -> None:
    found = ease(text, language)
    assert found is not None
    assert found.score == pytest.approx(score)
    assert found.words == 6


def test_figures_are_no_words_and_other_languages_have_no_formula() -> None:
    with_figures = ease("Betaal 1.234,50 op 12 maart.", "nl")
    assert with_figures is not None
    assert with_figures.words == 3
    assert ease("Prosz\u0119 zap\u0142aci\u0107.", "pl") is None
    assert ease("12,50", "nl") is None


def test_the_hardest_sentence_is_named() -> None:
    found = ease("Betaal nu. Incassowerkzaamheden veroorzaken aanmaningskosten.", "nl")
    assert found is not None
    assert found.hardest == "Incassowerkzaamheden veroorzaken aanmaningskosten."
    assert found.score < B1


def test_sentences_end_at_stops_and_at_the_end_of_a_line() -> None:
    assert sentences("Een. Twee? Drie!\nVier") == ("Een.", "Twee?", "Drie!", "Vier")
    assert sentences("Op 3.50 staat 12.") == ("Op 3.50 staat 12.",)


@pytest.mark.parametrize(
    ("language", "costs", "interest", "selling"),
    [
        ("nl", "Dan betaalt u ook incassokosten.", "U bent wettelijke rente schuldig.",
         "Bekijk onze nieuwsbrief."),
        ("en", "You also have to pay a fee.", "Interest is added.", "See our new collection."),
        ("de", "Dann kommen Mahngebühren hinzu.", "Wir berechnen Verzugszinsen.",
         "Sichern Sie sich 10 % Rabatt."),
        ("fr", "Des frais seront ajoutés.", "Des intérêts sont dus.", "Profitez de nos prix."),
    ],
)  # fmt: skip
def test_claims_and_advertising_are_heard(
    language: str, costs: str, interest: str, selling: str
) -> None:
    assert asks_costs(costs, language)
    assert asks_interest(interest, language)
    assert advertises(selling, language)
    for quiet in (costs, interest):
        assert not advertises(quiet, language)
    assert not asks_costs(selling, language)
    assert not asks_interest(selling, language)


@pytest.mark.parametrize(
    ("sentence", "date"),
    [
        ("Betaal voor 1 mei 2026, dan komen er geen kosten bij.", "1 mei 2026"),
        ("Betaal voor 15 februari.", "15 februari"),
        ("Pay before 1st of May.", "1st of May"),
        ("Pay by December 24, 2026.", "December 24, 2026"),
        ("Zahlen Sie bis zum 3. März 2026.", "3. März 2026"),
        ("Payez avant le 1er août.", "1er août"),
        ("Betaal uiterlijk 01-05-2026.", "01-05-2026"),
        ("Zahlen Sie bis 1.5.2026.", "1.5.2026"),
        ("Pay by 2026-05-01.", "2026-05-01"),
        ("Betaal voor 1/5.", "voor 1/5"),
        ("Zahlen Sie bis 1.5. oder rufen Sie uns an.", "bis 1.5"),
        ("Payez avant le 01/05/26.", "01/05/26"),
        ("Betaal binnen 15 dagen nadat dit bericht bij u is bezorgd.", ""),
        ("Of the two invoices 1 may be disputed.", ""),
        ("Bel ons, 24/7, op 020-12-34-56 of 06-12-34-56-78.", ""),
        ("Zet bij uw betaling 2026-0412.", ""),
        ("You may pay 1 part now.", ""),
    ],
)
def test_a_date_is_known_as_people_write_it(sentence: str, date: str) -> None:
    assert names_date(sentence) == date
