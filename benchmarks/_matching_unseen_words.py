"""What payers of the unseen style write, by language."""

from __future__ import annotations

from benchmarks._matching_style import Words

__all__ = ["CASH_DISCOUNT", "CHARGES", "DATED", "FILLERS", "FOR_ANOTHER", "WORDS", "WORTH"]


def _of(words: str) -> tuple[str, ...]:
    return tuple(words.split("|"))


WORDS = {
    "nl": Words(
        invoice=_of(
            "Betaling factuur {}|fctr {}|tbv fact {}|onder vermelding van {}|crediteurfact. {}|"
            "inkoopfactuur {}|v/fact {}|factuur-nr.: {}|{}||goederen fact. {}|uw faktuur {}|"
            "bet.kenm. {}|termijnfactuur {}|factuurnummer {} akkoord"
        ),
        credit=_of("minus creditfactuur|saldo met cred.fact|verr. CF|creditering|-/- creditnr"),
        both=_of(" en | + |, | / | en fact. | & |; "),
        until=_of(" t/m | tot en met | t/m nr. | tem "),
        order=_of("inkoopnr.|uw opdrachtbev.|PO|bestelling|werkorder"),
        customer=_of("ons klantnr bij u|debnr|klantnr.|relatiecode"),
        prepayment=_of("aanbetaling|voorfinanciering order|vooruitbet.|voorschot op order"),
        storno=_of("incasso retour|storno incasso|terugbet. geweigerd"),
        part=_of("termijn|deelbetaling|ged. betaling|restbedrag volgt|"),
        subscription=_of("onderhoudscontract|huur|servicefee|lease pomp"),
        months=_of(
            "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
        ),
        thanks=_of("groet|hartelijk dank|mvg|fijne week"),
    ),
    "de": Words(
        invoice=_of(
            "RG {}|Rechnungs-Nr. {}|Rech.Nr. {}|Ihre Rg. Nr. {}|Re {}|Rechnung Nr {}|{}||"
            "Eingangsrechnung {}|ER {}|Rechnungsbetrag {}|Beleg-Nr: {}|Zahlg Rechng {}|"
            "Ausgl. RE-Nr. {}|Ref. {} geprüft"
        ),
        credit=_of("abz. Gutschrift|Verrechnung GS|minus Gutschr.Nr.|abzgl. RK"),
        both=_of(" und | + |, | / | u. RG | & |; "),
        until=_of(" bis | bis Nr. | bis einschl. "),
        order=_of("Best.Nr.|uns. Bestellung|Auftragsbest.|Bauvorhaben|Kommission"),
        customer=_of("unsere Kd-Nr. bei Ihnen|Kundennr|Deb.Nr|Kd-Nr."),
        prepayment=_of("Vorauskasse|Vorkasse Angebot|Anzahlung Auftrag|Vorausleistung"),
        storno=_of("Rücklastschrift mangels Deckung|RLS|Lastschriftrückgabe|Rücküberweisung"),
        part=_of("Teilzahlung|Abschlag|Rest folgt|Akonto|"),
        subscription=_of("Miete|Wartung|Serviceflat|Mietpumpe"),
        months=_of(
            "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
        ),
        thanks=_of("MfG|Vielen Dank|Danke|freundl. Gruß"),
    ),
    "fr": Words(
        invoice=_of(
            "facture n° {}|FACT. {}|Règlt facture {}|vtre fact {}|paiement fact n°{}|pièce n° {}|"
            "{}||FA {}|fact fournisseur {}|acquit facture {}|V/FACTURE {}|REGL FACT {}|"
            "votre facture réf. {}"
        ),
        credit=_of("déduit avoir|- avoir n°|avoir à déduire|compensation avoir"),
        both=_of(" et | + |, | / | et fact | & |; "),
        until=_of(" au | à | jusqu'à la | au n° "),
        order=_of("n° cde|bon cde|N/cde|réf chantier|commande achat"),
        customer=_of("notre n° client|réf client|cpte client|code tiers"),
        prepayment=_of("acompte sur devis|avance|acompte cde|provision sur commande"),
        storno=_of("prélèvement rejeté|rejet provision insuffisante|retour de fonds"),
        part=_of("acompte partiel|échéance|solde à suivre|paiement échelonné|"),
        subscription=_of("contrat maintenance|loyer|abonnement service|location pompe"),
        months=_of(
            "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
        ),
        thanks=_of("merci|cordialement|cdlt|bonne journée"),
    ),
    "en": Words(
        invoice=_of(
            "Invoice No {}|inv {}|Payment {}|Your ref {}|vendor inv {}|supplier invoice {}|{}||"
            "Doc. {}|in settlement of {}|INVOICE/{}|goods inv {}|AP {}|our remittance for {}"
        ),
        credit=_of("less credit note|net of CRN|minus cr.|credit applied"),
        both=_of(" and | + |, | / | and inv | & |; "),
        until=_of(" to | through | up to and including | up to "),
        order=_of("PO no|purchase order|order conf.|site ref"),
        customer=_of("our customer no|cust acct|debtor code|client no"),
        prepayment=_of("prepayment|deposit|proforma payment|advance"),
        storno=_of("payment returned|DD rejected|recall"),
        part=_of("part payment|stage payment|balance to follow|on account|"),
        subscription=_of("maintenance|rental|service plan|pump hire"),
        months=_of(
            "January|February|March|April|May|June|July|August|September|October|November|December"
        ),
        thanks=_of("thank you|regards|best regards|thanks a lot"),
    ),
    "es": Words(
        invoice=_of(
            "factura {}|fra. {}|Fra nº {}|pago factura {}|su factura {}|abono fact. {}|{}||"
            "S/FRA {}|N.FACT {}|liquidación fra {}|transf. factura {}|PAGO FRA:{}|vto. fra. {}"
        ),
        credit=_of("menos abono|dto. factura rectificativa|- abono nº|compensado con abono"),
        both=_of(" y | + |, | / | y fra. | & |; "),
        until=_of(" a la | hasta | al "),
        order=_of("pedido|n/pedido|albarán|obra"),
        customer=_of("nº cliente|cod. cliente|n/cód.|cliente"),
        prepayment=_of("anticipo|pago anticipado|señal|provisión de fondos"),
        storno=_of("devolución recibo|recibo impagado|retrocesión"),
        part=_of("pago parcial|a cuenta|plazo|resto pendiente|"),
        subscription=_of("mantenimiento|alquiler|cuota|renting bomba"),
        months=_of(
            "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
        ),
        thanks=_of("gracias|saludos|un saludo|atte."),
    ),
    "it": Words(
        invoice=_of(
            "saldo fattura {}|fatt. n. {}|FT {}|pagamento ft. {}|Vs fattura {}|saldo ft n.{}|{}||"
            "VS. FT. {}|bonifico fatt {}|fatt.nr {}|saldo Vs. doc. {}|pag. fattura n° {}"
        ),
        credit=_of("al netto nota credito|meno NC|detratta n.c.|a/compensazione nota di credito"),
        both=_of(" e | + |, | / | e ft. | & |; "),
        until=_of(" alla | fino a | al n. "),
        order=_of("ordine|Ns. ordine|commessa|DDT"),
        customer=_of("cod. cliente|ns. codice|n. cliente|conto cliente"),
        prepayment=_of("acconto su ordine|anticipo fornitura|pagamento anticipato|caparra"),
        storno=_of("insoluto|storno bonifico|RID insoluta"),
        part=_of("acconto su|pagamento parziale|rata|saldo a seguire|"),
        subscription=_of("canone|manutenzione|noleggio|affitto"),
        months=_of(
            "gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|"
            "dicembre"
        ),
        thanks=_of("grazie|cordiali saluti|distinti saluti|saluti"),
    ),
    "pl": Words(
        invoice=_of(
            "faktura nr {}|FV {}|zapłata za fakturę {}|za fakturę {}|f-ra {}|płatność {}|{}||"
            "FAKTURA VAT {}|zapł. za {}|nr faktury {}|należność za fv {}|opłata faktury {}"
        ),
        credit=_of("pomn. o korektę|minus korekta|kompensata z kor.|po korekcie"),
        both=_of(" i | + |, | / | oraz | i fv |; "),
        until=_of(" do | do nr | aż do "),
        order=_of("zamówienie|nr zam.|zlecenie|budowa"),
        customer=_of("nr klienta|nr kontrahenta|kod klienta|nasz nr"),
        prepayment=_of("zaliczka|przedpłata|proforma|zadatek"),
        storno=_of("zwrot przelewu|zwrot polecenia zapłaty|odmowa PZ"),
        part=_of("częściowa zapłata|rata|na poczet|reszta później|"),
        subscription=_of("abonament|serwis|najem|dzierżawa pompy"),
        months=_of(
            "styczeń|luty|marzec|kwiecień|maj|czerwiec|lipiec|sierpień|wrzesień|październik|"
            "listopad|grudzień"
        ),
        thanks=_of("dziękuję|pozdrawiam|dziękujemy|z poważaniem"),
    ),
}
DATED = {
    "nl": _of("fact.datum {}|d.d. {}"),
    "de": _of("Rg.-Datum {}|vom {}"),
    "fr": _of("du {}|date {}"),
    "en": _of("of {}|inv date {}"),
    "es": _of("de fecha {}|de {}"),
    "it": _of("del {}|dd {}"),
    "pl": _of("z dnia {}|z {}"),
}
"""The day on which the invoice was issued."""
WORTH = {
    "nl": _of("te betalen {}|EUR {}"),
    "de": _of("brutto {}|{} Euro"),
    "fr": _of("mt TTC {}|{} euros"),
    "en": _of("gross {}|EUR {}"),
    "es": _of("importe {}|{} euros"),
    "it": _of("importo {}|euro {}"),
    "pl": _of("kwota {}|{} EUR"),
}
CASH_DISCOUNT = {
    "nl": _of("onder aftrek {}% betalingskorting|kred.bep. {}%|contantkorting"),
    "de": _of("{} % Skto|unter Abzug von {}% Skonto|Skonto gezogen"),
    "fr": _of("sous déduction escompte {}%|escompte cpt {}%|escompté"),
    "en": _of("{}% settlement discount taken|early pmt disc. {}%|cash disc deducted"),
    "es": _of("dto. pronto pago {}%|DPP {}%|descontado p.p."),
    "it": _of("sconto cassa {}%|dedotto sconto {}%|sc. pagamento anticipato"),
    "pl": _of("skonto {}%|po potrąceniu skonta {}%|ze skontem"),
}
CHARGES = _of(
    "CHGS {} BEN|/CHGS/EUR{}/|kosten {} ingehouden|Fremdspesen {}|frais bancaires {}|gastos {}|"
    "comm. {}|SHA fees {}|opłaty {}|OUR NOT APPLIED, BANK CHARGE {}"
)
"""What a bank on the way kept."""
FOR_ANOTHER = {
    "nl": _of("namens {}|i.o.v. {}"),
    "de": _of("i.A. {}|für {}"),
    "fr": _of("pour le compte de {}|p/c {}"),
    "en": _of("on behalf of {}|o/b/o {}"),
    "es": _of("por cuenta de {}|p.c. {}"),
    "it": _of("per conto di {}|x conto {}"),
    "pl": _of("w imieniu {}|za firmę {}"),
}
FILLERS = _of(
    "NIP ###-###-##-##|P.IVA ###########|CIF B########|CIG Z########A|USt-Id DE#########|"
    "BTW-nr NL#########B01|SIREN ### ### ###|REGON #########|UID CHE-###.###.###|"
    "Avis ########|Zahllauf {date}/##|uns. Beleg 19000#####|Payment doc 20000#####|"
    "lote ####/#|distinta n. ####|batch ######|pago a proveedores|AP run {date}|"
    "tel. 0## ### ## ##|tfno 9## ### ###|kom. 5## ### ###|Rückfragen 0#### / ######|"
    "IBAN CH## #### #### #### #### #|cta ES## #### #### ## ##########|rach. ## #### #### ####|"
    "contract nr. C#######|Vertrag ##.######|umowa ###/DH/####|contrato nº ####-##|"
    "Dossier ###.###|leverbon ########|Lieferschein ########|DDT ##### del {date}|albarán ######|"
    "CRO ###########|TRN ################|Omschr. volgt per mail|siehe Avis|voir avis joint|"
    "vedi mail|per Valuta {date}|data valuta {date}|fecha valor {date}|{date}|"
    "{thanks}|{thanks}|{thanks}|bonifico SEPA|przelew krajowy|transferencia|SEPA-Überweisung|"
    "niet automatisch verwerken|dział księgowości|ufficio contabilità|dpto. administración|"
    "Kreditorenbuchhaltung|MAG ### / PORTE ##|Kst. ######|centro coste ####"
)
"""Of any language: tax numbers, telephones, contracts, delivery notes; '#' is a digit."""
