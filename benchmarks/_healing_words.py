"""What the demo portals' pages say: in other words, and in English."""

from __future__ import annotations

__all__ = ["ENGLISH", "SYNONYMS"]

_TOLD = """
Gebruikersnaam | User name | Inlognaam / Uw naam / Gebruiker / Naam gebruiker
Wachtwoord | Password | Toegangscode / Geheim woord / Code / Uw wachtwoord
Aanmelden | Log on | Inloggen / Naar binnen / Start sessie / Verder
Openstaande posten | Open items | Open facturen / Openstaande facturen / Vorderingen / Posten
Debiteurenlijst | Customers | Klantenlijst / Klanten / Relaties / Overzicht debiteuren
Ontvangst boeken | Enter receipt | Ontvangst invoeren / Betaling boeken / Bij / Nieuwe ontvangst
Ontvangsten zoeken | Find receipts | Betalingen zoeken / Opvragen / Zoek betaling / Naslag
Verkoop | Sales | Afzet / Verkopen / Orderkant / Verkoopzaken
Orders (wachtend op krediet) | Orders (credit hold) | Wachtende orders / Te doen / Krediet / Orders
Order opzoeken | Look up order | Order zoeken / Zoek order / Orderinzage / Order naslaan
Grootboek | General ledger | Boekhouding / Rekeningen / Journaal / GB
Grootboekkaart | Ledger card | Kaart grootboek / Rekeningkaart / Mutaties / Kaart
Overzicht | Summary | Samenvatting / Totalen / In het kort / Stand
Nummer | Number | Klantnr / Nr. / Debiteurnr / Code
Naam | Name | Klantnaam / Bedrijf / Naam klant / Omschrijving klant
Soort | Kind | Type / Categorie / Groep / Aard
Straat | Street | Adres / Straatnaam / Adresregel / Straat en nr
Postcode | Postal code | PC / Postcode NL / Zip / Code plaats
Plaats | City | Woonplaats / Stad / Vestiging / Gemeente
Land | Country | Landcode / Ld. / Staat / LC
Taal | Language | Taalcode / Correspondentietaal / Tl. / Spreekt
E-mail | Email | Mailadres / Mail / E-post / Elektronisch adres
IBAN | Bank account | Rekeningnr / Bankrekening / Rekening IBAN / Bank
Kredietlimiet | Credit limit | Limiet / Max. krediet / Kredietruimte / Plafond
Betaaltermijn | Terms | Termijn / Dagen / Betaaldagen / Conditie
Post | Mail by letter | Per brief / Briefpost / Papier / Via post
Blokkade | Block | Geblokkeerd / Stop / Sperring / Blok
Stuknr | Document no. | Factuurnr / Documentnr / Boekstuk / Stuk
Debiteur | Customer | Klant / Relatie / Debiteurnr / Afnemer
Datum | Date | Boekdatum / Dag / Dd. / Datum stuk
Vervaldatum | Due date | Vervalt op / Uiterlijk / Verval / Te betalen voor
Totaal | Total | Bedrag totaal / Factuurbedrag / Som / Bruto
Openstaand | Outstanding | Saldo / Nog open / Rest / Te ontvangen
Betalingskorting | Cash discount | Contantkorting / Korting bij betaling / Skonto / KB
Korting t/m | Discount until | Korting tot / Skonto t/m / Kortingsdatum / KB tot
Status | State | Stand / Toestand / St. / Fase
Totaal openstaand | Total outstanding | Saldo totaal / Som open / Totaal saldo / Alles open
Aantal debiteuren | Number of customers | Debiteuren totaal / Aantal klanten / Klanten / Gevonden
Aantal orders | Number of orders | Orders totaal / Wachtend / Aantal wachtend / Gevonden
Ordernr | Order no. | Ordernummer / Order / Bestelling / Onr.
Bedrag | Amount | Ontvangen bedrag / Som / Waarde / EUR
Omschrijving | Description | Tekst / Toelichting / Memo / Opmerking
Reden | Reason | Motivering / Waarom / Toelichting / Grond
Vrijgeven | Release | Akkoord / Goedkeuren / Doorlaten / Vrij
Blokkeren | Hold | Tegenhouden / Niet akkoord / Stop / Houden
Zoeken | Search | Opvragen / Vind / Toon / Start
Rekening | Account | Grootboekrekening / Rekeningnr / Nr. rekening / Van rekening
Vanaf | From | Sinds / Vanaf datum / Begin / Startdatum
Tonen | Show | Laat zien / Toon kaart / Opvragen / OK
Eindsaldo | Closing balance | Saldo eind / Nieuw saldo / Saldo ultimo / Stand
Beginsaldo | Opening balance | Saldo begin / Oud saldo / Vorig saldo / Beginstand
Volgende | Next | Verder / Volgende blz. / Meer / Vooruit
Vorige | Previous | Terug / Vorige blz. / Eerder / Achteruit
Kenmerk | Reference | Referentie / Betalingskenmerk / Ref. / Uw kenmerk
Ontvangstnr | Receipt no. | Betalingsnr / Nr. ontvangst / Bonnr / Ontvangst
Dagboek | Journal | Boek / Bankboek / Journaal / Dagb.
Betaald | Paid | Afgeboekt / Ontvangen / Voldaan / Te boeken
Korting | Discount | Aftrek / Skonto / Krt. / Minder
Op rekening | On account | Niet toegewezen / Vrij saldo / Restant / Open bedrag
Boeken | Post receipt | Verwerken / Vastleggen / Opslaan / Invoeren
Geen openstaande posten | No open items | Niets open / Geen facturen / Alles voldaan / Leeg
Inloggen | Sign in | Naar binnen / Start / Bevestig pin / Doorgaan
Uitloggen | Sign out | Afmelden / Stoppen / Beëindigen / Weg
Welkom bij Polder Bank | Welcome to Polder Bank | Goedendag / Polder Bank / Hallo / Uw bank
Verder | Continue | Door / Ga door / Volgende stap / OK
Voer uw pincode in | Enter your PIN | Uw pincode / Toets uw pin / Pin invoeren / Pincode
Pincode | PIN | Pin / Uw pin / Cijfercode / Persoonlijke code
Wissen | Clear | Leeg / Opnieuw / Terug / Weg ermee
Bevestig met uw code | Confirm with your code | Tweede stap / Code / Controle / Bevestiging
Beveiligingscode | Security code | Code uit de app / Eenmalige code / Uw code / Cijfers
Bevestigen | Confirm | Akkoord / Klaar / Controleer / Ga door
Rekeningen | Accounts | Mijn rekeningen / Overzicht / Uw geld / Alle rekeningen
Saldo | Balance | Stand / Beschikbaar / Tegoed / Nu
Afschriften downloaden | Export statements | Exporteren / Afschriften / Bestanden / Mutaties
Alle rekeningen | All accounts | Alles / Elke rekening / Samen / Totaalbeeld
Van | From | Vanaf / Begin / Startdatum / Eerste dag
Tot en met | Up to and including | T/m / Einde / Einddatum / Laatste dag
Bestandsformaat | File format | Soort bestand / Formaat / Vorm / Bestandstype
Download | Export | Bestand ophalen / Ophalen / Maak bestand / Bewaar
Annuleren | Cancel | Sluiten / Terug / Niet nu / Stop
English | Nederlands | EN / Taal / In het Engels / Engels
"""

_LINES = [line.split(" | ") for line in _TOLD.strip().splitlines()]

ENGLISH = {dutch: english for dutch, english, _ in _LINES}
SYNONYMS = {dutch: tuple(others.split(" / ")) for dutch, _, others in _LINES}
"""Four each: the first two for the half that is tuned on, the others for the half that is not."""
