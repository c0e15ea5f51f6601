"""What payers of style d write, by language."""

from __future__ import annotations

from benchmarks._matching_style import Words

__all__ = ["CASH_DISCOUNT", "DATED", "FILLERS", "WORDS", "WORTH"]


def _of(words: str) -> tuple[str, ...]:
    return tuple(words.split("|"))


def _months(words: str) -> tuple[str, ...]:
    return tuple(month.replace(",", "|") for month in words.split("|"))


WORDS = {
    "nl": Words(
        invoice=_of(
            "factuur|FACT|ovv {}|bet. van {}|uw fact.nr. {}|uw ref {}|fakt {} voldaan|ivm fac {}|"
            "factnr:{}|betr. {}|inz. nota {}|verkoopfactuur|afrekening {}|vfnr {}|levering {}|"
            "nota van levering {}||fac.{}|onze betaling op {}"
        ),
        credit=_of("CN|met credit|af: cr.|verminderd met|onder aftrek creditnota|incl. credit"),
        both=_of(" en nr. | / |; | & | en | evenals | + "),
        until=_of(" t.e.m. | t/m | tot en met nr. | tot "),
        order=_of("PO-nr|bestelbon|ons ordernr|werkbon|project|offertenr."),
        customer=_of("debiteurnr.|klnr|uw klantref|rel.nr|klantcode|deb."),
        prepayment=_of(
            "voorschot op bestelling|aanbetaling 30%|vooraf betaald|aanbet. opdracht|"
            "vooruitbetaling levering"
        ),
        storno=_of("terugboeking|retour incasso|gestorneerd|terugb. incasso"),
        part=_of("deel|aflossing|gedeelte|deelbet.|"),
        subscription=_of("servicecontract|huurpenningen|pacht|onderhoud|abonnementsgeld"),
        months=_months(
            "januari,jan.|februari,febr.|maart,mrt|april,apr.|mei|juni,jun|juli,jul|"
            "augustus,aug.|september,sep|oktober,okt.|november,nov.|december,dec"
        ),
        thanks=_of("dank!|m.vr.gr.|alvast bedankt|prettige dag verder|fijn weekend"),
    ),
    "en": Words(
        invoice=_of(
            "invoice|INVS|Pmt inv {}|inv.nbr {}|Yr inv {}|sales inv {}|paymt doc {}|against {}|"
            "INV:{}|tax invoice {}|remit {}|#{}|stmt item {}||being inv {}|bill nr {} paid"
        ),
        credit=_of("offset by|deduct C/N|incl. credit memo|CM|after credit"),
        both=_of(" and no. | & | / |; | and | + "),
        until=_of(" up to and incl. | thru | to no. | to "),
        order=_of("PO#|job no|req.|sales order|our PO"),
        customer=_of("cust no|a/c|acc ref|customer ID|cust.ref"),
        prepayment=_of("advance on order|upfront payment|down-payment|prepayment for order"),
        storno=_of("returned item|direct debit return|recalled|unpaid DD"),
        part=_of("partial pmt|part|instalment|"),
        subscription=_of("licence|hosting|service charge|monthly fee|support plan"),
        months=_months(
            "January,Jan|February,Feb|March,Mar|April,Apr|May|June,Jun|July,Jul|August,Aug|"
            "September,Sep|October,Oct|November,Nov|December,Dec"
        ),
        thanks=_of("rgds|many tks|thx|BR|with thanks"),
    ),
    "de": Words(
        invoice=_of(
            "Rechnung|R.-Nr. {}|Rech {}|RNR{}|zu Ihrer Rechn. {}|ReNr:{}|Belegnr. {}|Zlg. {}|"
            "lt. Rg {}|Fakt.-Nr. {}|AR {}|Verw.: {}|Überw. {}|Bel.{}||Ihre RE {} dankend|"
            "Rng {} beglichen"
        ),
        credit=_of("abz. GU|mit GS-Nr.|Gutschriftsnr.|saldiert mit|./. Gutschr."),
        both=_of(" u. | und | sowie Nr. | + | / |; | und Nr. "),
        until=_of(" bis einschließlich | bis Nr. | bis | bis inkl. "),
        order=_of("Bestellnr|Komm.|Projekt|Auftr.|Bestellg."),
        customer=_of("KdNr|Kundenkonto|Deb.-Nr.|K-Nr.|Kd.Nr"),
        prepayment=_of("Vorausz.|Anzahlg. lt. Angebot|Vorabzahlung|Vorauskasse zu|Anzahlung 50%"),
        storno=_of("Rücklastschr.|Retoure Lastschrift|Rückgabe|Rueckbuchung"),
        part=_of("Teilz.|Teilbetr.|Ratenzahlung|Rate|"),
        subscription=_of("Kaltmiete|Wartungsvertrag|Leasing|Hosting|Lizenz"),
        months=_months(
            "Januar,Jan.,Jänner|Februar,Feb.|März,Maerz,Mrz.|April,Apr.|Mai|Juni,Jun.|Juli,Jul.|"
            "August,Aug.|September,Sep.|Oktober,Okt.|November,Nov.|Dezember,Dez."
        ),
        thanks=_of("m.f.G.|Danke im Voraus|beste Grüße|schönen Gruß|Dank+Gruß"),
    ),
    "fr": Words(
        invoice=_of(
            "facture|FAC|ft {}|v/fact {}|s/fact. n° {}|regt {}|notre règlement {}|pmt fact {}|"
            "réf {}|solde {}|fact. no {}||vir. facture {}|FACTURE:{}|paiement de la facture {}|"
            "dû s/ facture {}"
        ),
        credit=_of("diminué de l'avoir|s/ déd. avoir|avoir n°|note crédit|av."),
        both=_of(" et n° | + | & | / |; | et "),
        until=_of(" jusqu'au n° | au n° | à | jusqu'à "),
        order=_of("bdc|affaire|cde n°|chantier|n/commande"),
        customer=_of("n/compte|N° cl.|clt|ID client|code clt"),
        prepayment=_of("acompte 30%|avance s/ commande|acpte|versement à la commande"),
        storno=_of("impayé retourné|rejet sdd|annulation virement|retour prélèvement"),
        part=_of("partie|échéance|versement partiel|règlement partiel|"),
        subscription=_of("location|contrat d'entretien|forfait|hébergement|licence"),
        months=_months(
            "janvier,janv.|février,févr.|mars|avril,avr.|mai|juin|juillet,juil.|août,aout|"
            "septembre,sept.|octobre,oct.|novembre,nov.|décembre,dec."
        ),
        thanks=_of("cdt|bien à vs|mci|sinc. salutations|merci bcp"),
    ),
}

DATED = {
    "nl": _of("d.d. {}|van {}|dd. {}"),
    "en": _of("dated {}|of {}|dtd {}"),
    "de": _of("vom {}|v. {}|Dat. {}"),
    "fr": _of("du {}|en date du {}|d/d {}"),
}
"""The day on which the invoice was issued."""
WORTH = {
    "nl": _of("EUR {}|bedrag {}|ad € {}|Eur {}"),
    "en": _of("EUR {}|amt {}|for € {}|total {}"),
    "de": _of("EUR {}|Betrag {}|über € {}|ü. {} EUR"),
    "fr": _of("EUR {}|montant {}|de {} €|mt {}"),
}
CASH_DISCOUNT = {
    "nl": _of("min bet.korting|-{}%|korting contant {}%|na korting"),
    "en": _of("less {}% disc|net of prompt pay disc|ded. settlement disc {}%|disc taken"),
    "de": _of("abzgl. {}% Skonto|./. {}% Sk.|- Skto|skontiert"),
    "fr": _of("escompte {}% déduit|esc. {}%|- escpte|net d'escompte"),
}
FILLERS = _of(
    "tel. +31 20 ### ## ##|Tel 0### ######|Zähler 1EMH00########|contract 7########|"
    "Vertr. ###/####|EAN 87168##########|meter E00########|btw BE 0### ### ###|"
    "Siret ### ### ### #####|St.-Nr. ##/###/#####|Bon van {date}|Überw. {date}|val. {date}|"
    "i.o. directie|dienst comptabilité|Abt. Einkauf|AP dept|SEPA CT|URGENT|betaalrun ##-##|"
    "{thanks}|{thanks}|{thanks}|fwd by bank|Mob. +49 1## #######|lot n° ####-##|"
    "incl. 21% btw|inkl. MwSt.|TTC|ref bank O##############|Pas ### term. ######|"
    "contrat MT-#####-##|compteur ## ### ###|Filiale ###|polis ####.###.###|"
    "afz. boekhouding|Kst ####/##|akkoord dir.|GLN 54###########|Unser Zeichen: hb/ks|"
    "afd. 12|niet beantwoorden|please confirm receipt|bitte quittieren"
)
"""Of any language: offices, meters, contracts, telephones; '#' is a digit."""
