"""What Polder Bank's pages say, in Dutch and in English, and how a new release says it."""

from __future__ import annotations

from datetime import date

from clerkwork.demo.polder.table import european

__all__ = ["LANGUAGES", "amount", "chosen_language", "day", "say"]

LANGUAGES = ("nl", "en")

_TEXTS = {
    "sign in": ("Inloggen", "Sign in"),
    "sign out": ("Uitloggen", "Sign out"),
    "welcome": ("Welkom bij Polder Bank", "Welcome to Polder Bank"),
    "user": ("Gebruikersnaam", "User name"),
    "next": ("Verder", "Continue"),
    "pin title": ("Voer uw pincode in", "Enter your PIN"),
    "pin": ("Pincode", "PIN"),
    "pin hint": ("Tik de vijf cijfers van uw pincode aan.", "Tap the five digits of your PIN."),
    "clear": ("Wissen", "Clear"),
    "code title": ("Bevestig met uw code", "Confirm with your code"),
    "code": ("Beveiligingscode", "Security code"),
    "code hint": (
        "De zes cijfers uit uw authenticator-app.",
        "The six digits in your authenticator app.",
    ),
    "confirm": ("Bevestigen", "Confirm"),
    "cookies": ("Wij gebruiken cookies", "We use cookies"),
    "cookies text": (
        "Kies welke cookies u toestaat voordat u verder gaat.",
        "Choose which cookies you allow before you go on.",
    ),
    "accept": ("Alles accepteren", "Accept all"),
    "necessary": ("Alleen noodzakelijk", "Only necessary"),
    "accounts": ("Rekeningen", "Accounts"),
    "account": ("Rekening", "Account"),
    "balance": ("Saldo", "Balance"),
    "total": ("Totaal", "Total"),
    "transactions": ("Bij- en afschrijvingen", "Transactions"),
    "date": ("Datum", "Date"),
    "description": ("Omschrijving", "Description"),
    "amount": ("Bedrag", "Amount"),
    "after": ("Saldo na mutatie", "Running balance"),
    "loading": ("Meer laden…", "Loading more…"),
    "all loaded": ("Geen oudere mutaties", "No older transactions"),
    "download": ("Afschriften downloaden", "Export statements"),
    "download title": ("Afschriften downloaden", "Export statements"),
    "all accounts": ("Alle rekeningen", "All accounts"),
    "from": ("Van", "From"),
    "to": ("Tot en met", "Up to and including"),
    "format": ("Bestandsformaat", "File format"),
    "start": ("Download", "Export"),
    "cancel": ("Annuleren", "Cancel"),
    "no statements": (
        "Geen afschriften in deze periode. Een afschrift staat de volgende bankdag klaar.",
        "No statements in this period. A statement is ready on the next bank day.",
    ),
    "bad period": ("Controleer de gekozen periode.", "Check the period you chose."),
    "wrong": (
        "De gegevens kloppen niet. Probeer het opnieuw.",
        "These details are not correct. Please try again.",
    ),
    "wrong code": ("De code klopt niet.", "That code is not correct."),
    "locked": (
        "Uw toegang is geblokkeerd. Neem contact op met de bank.",
        "Your access is blocked. Please contact the bank.",
    ),
    "expired": ("U bent automatisch uitgelogd.", "You have been signed out automatically."),
    "left": ("U bent uitgelogd.", "You have signed out."),
    "warning": (
        "U wordt over {seconds} seconden uitgelogd",
        "You will be signed out in {seconds} seconds",
    ),
    "stay": ("Ingelogd blijven", "Stay signed in"),
    "maintenance": ("Onderhoud", "Maintenance"),
    "maintenance text": (
        "Polder Bank is even niet beschikbaar wegens onderhoud.",
        "Polder Bank is briefly unavailable for maintenance.",
    ),
    "error": ("Er ging iets mis", "Something went wrong"),
    "error text": (
        "Probeer het over een paar minuten opnieuw.",
        "Please try again in a few minutes.",
    ),
    "not found": ("Deze pagina bestaat niet", "This page does not exist"),
    "other language": ("English", "Nederlands"),
}
_NEW_RELEASE = {
    "accounts": ("Mijn rekeningen", "My accounts"),
    "sign in": ("Aanmelden", "Log in"),
    "user": ("Uw gebruikersnaam", "Your user name"),
    "next": ("Volgende", "Next"),
    "code": ("Code uit de app", "App code"),
    "download": ("Exporteren", "Download"),
    "start": ("Bestand ophalen", "Get file"),
    "format": ("Soort bestand", "Type of file"),
}
_MONTHS = {
    "nl": ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}


def say(language: str, key: str, *, changed: bool = False) -> str:
    """The text for `key`; `changed` is the wording after a new release."""
    texts = _NEW_RELEASE.get(key, _TEXTS[key]) if changed else _TEXTS[key]
    return texts[LANGUAGES.index(language)]


def amount(language: str, cents: int) -> str:
    """'€ -1.234,56' in Dutch, '€-1,234.56' in English."""
    text = european(cents)
    if language == "nl":
        return f"€ {text}"
    return f"€{text.translate(str.maketrans(',.', '.,'))}"


def day(language: str, when: date) -> str:
    """'2 mrt 2026' or '2 Mar 2026'."""
    return f"{when.day} {_MONTHS[language][when.month - 1]} {when.year}"


def chosen_language(cookie: str, accepted: str) -> str:
    """The visitor's choice, or else the first of ours that the browser accepts; Dutch at last."""
    if cookie in LANGUAGES:
        return cookie
    for part in accepted.split(","):
        tag = part.split(";")[0].strip().lower()[:2]
        if tag in LANGUAGES:
            return tag
    return "nl"
