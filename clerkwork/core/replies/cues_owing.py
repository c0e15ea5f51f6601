"""Cues of who has paid, will pay, or does not owe; in folded text."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["OWING"]

_DAY = (
    r"(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
)
_MONTH = (
    r"(?:jan(?:uari|uary)?|feb(?:ruari|ruary)?|maart|march|apr(?:il)?|mei|may|juni|june|juli|july"
    r"|aug(?:ustus|ust)?|sept?(?:ember)?|okt(?:ober)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_NOT = r"(?:niet|nooit|geen|nog|nergens|not|never|no|cannot|n't|nt|neither|pas|until|till|unless)"
_PAID = (
    r"(?:betaald|voldaan|overgemaakt|overgeboekt|overgeschreven|afgeschreven|gestort|afgerekend"
    r"|vereffend|aangezuiverd|bijgeschreven|geincasseerd|paid|settled|transferred|wired|cleared"
    r"|remitted|debited|sent the money|squared up)"
)
_PAY = (
    r"(?:betaal|betalen|betaalt|betaling|voldoen|overmaken|overboeken|overschrijven|afrekenen"
    r"|aflossen|storten|maak|pay|paying|payment|settle|transfer|clear|remit|wire|square up)"
)
_SHALL = (
    r"(?:zal|zullen|ga|gaan|wordt|worden|will|shall|ll|gonna|going to|volgt|volgen|ingepland"
    r"|klaargezet|scheduled|queued|planned|lined up|garandeer|beloof|beloven|promise|zorg)"
)
_THING = r"(?:factuur|facturen|rekening|nota|bedrag|invoice|bill|amount|charge|price|prijs|uren)"

OWING: Mapping[str, str] = {
    # paid
    "paid: has been": (
        rf"\b(?:is|zijn|werd|was|heb|hebben|heeft|has|have|had|ve|been|were"
        rf"|al|reeds|inmiddels|already|zojuist|just|net|gisteren|yesterday)\b(?:(?!\b{_NOT}\b"
        rf"|[.?!;]).){{0,50}}\b{_PAID}\b"
    ),
    "paid: already": (
        rf"\b(?:al|reeds|allang|inmiddels|already|long since)\b.{{0,30}}\b{_PAID}\b"
        rf"|\b{_PAID}\b.{{0,20}}\b(?:already|reeds|inmiddels)\b"
    ),
    "paid: proof": (
        r"betaalbewijs|bankafschrift|bewijs van (?:betaling|de overboeking"
        r"|overboeking)|betalingsbewijs|transactiebewijs|proof of (?:payment"
        r"|transfer)|remittance|bank statement|payment confirmation|screenshot"
        r"|receipt|kwitantie|afschrift|swift"
    ),
    "paid: left account": (
        r"(?:van|from|off|left)\b.{0,15}\b(?:mijn|onze|my|our)\b.{0,12}\b(?:rekening"
        r"|account)|\b(?:er|is|was)\b.{0,20}\baf(?:geschreven| gegaan)|op (?:jullie"
        r"|uw) rekening\b(?!.{0,20}\b(?:vrijdag|maandag))|in your account since"
        r"|came out|went out|money.{0,10}on its way|onderweg"
    ),
    "paid: look again": (
        r"\b(?:kijk|check|controleer|nakijken|nagaan|look again|have another look"
        r"|check your|double.?check|nazien|verify)\b"
    ),
    "paid: crossed": r"gekruist|crossed|kruisen",
    "paid: no longer due": (
        r"(?:als )?(?:vervallen|niet meer nodig|no longer needed|disregard"
        r"|negeer|as settled|op nul|at zero|discharged|zaak .{0,20}afgedaan"
        r"|matter closed)"
    ),
    "paid: bare": (
        rf"^\W*(?:is |was |al |reeds |net |just |already |it.?s |its |ben ik "
        rf"|done|gedaan|geregeld|zojuist )*{_PAID}\b(?!.{{0,20}}\b(?:niet"
        rf"|not)\b)"
    ),
    "paid: in other order": rf"\b{_PAID}\b (?:heb|hebben|heeft|werd|is)\b",
    "paid: money arrived": (
        r"\b(?:geld|bedrag|overboeking|betaling|transfer|money|payment|funds|sum|termijn"
        r"|instal?ment)\b[^.?!]{0,40}\b(?:gestuurd|verstuurd|binnen|ontvangen|gelukt|uitgevoerd"
        r"|verwerkt|verricht|gedaan|went|sent|received|executed|processed|gone|left|credited)\b"
    ),
    "paid: set off": r"verrekend|set off|deducted|ingehouden|afgetrokken|in mindering",
    "paid: you have it": (
        r"\b(?:u|jullie|je|you) (?:heb|hebt|heeft|hebben|have|ve|got|had)\b[^.?!]{0,30}"
        r"\b(?:geld|bedrag|ontvangen|gekregen|binnen|money|it from us|received)\b"
    ),
    "promise: to be paid": (
        rf"\b(?:zal|zullen|wordt|worden|will|shall|to be|gets|have it all)\b(?:(?!\b(?:niet|not)\b)"
        rf"[^.?!]){{0,40}}\b{_PAID}\b"
    ),
    "promise: once": (
        r"\b(?:zodra|als ik|wanneer mijn|as soon as|once|when (?:i|my|we)|na ontvangst|daarna"
        r"|afterwards|then i)\b"
    ),
    # promise
    "promise: shall pay": (
        rf"\b{_SHALL}\b(?:(?!\b(?:niet|not|geen|nooit|never)\b|[.?!;]).){{0,60}}\b{_PAY}\w*"
        rf"|\b{_PAY}\b(?:(?!\b(?:niet|not)\b|[.?!;]).){{0,40}}\b{_SHALL}\b"
    ),
    "promise: when": (
        rf"\b(?:op|voor|uiterlijk|vanaf|by|on|before|next|this|coming|volgende"
        rf"|komende|aanstaande|until|tot|around|rond|end of|eind|einde|begin"
        rf"|start of|beginning of)\b.{{0,14}}\b(?:{_DAY}|{_MONTH}|week|weekend"
        rf"|maand|month|the \d{{1,2}}(?:st|nd|rd|th)|de \d{{1,2}}e)\b"
    ),
    "promise: soon": (
        r"\b(?:morgen|overmorgen|vanavond|vanmiddag|straks|zo meteen|tomorrow"
        r"|tonight|later today|this afternoon|shortly|vandaag nog|today"
        r"|meteen|direct|straight away|at once|asap|zsm)\b"
    ),
    "promise: income": (
        r"\b(?:loon|salaris|stufi|studiefinanciering|uitkering|aow|pensioen"
        r"|toeslag|vakantiegeld|payday|wages|salary|student loan|pension"
        r"|benefit|loan|refund|teruggave|subsidie|grant|paid out|uitkeert"
        r"|uitbetaald)\b"
    ),
    "promise: word": (
        r"\b(?:beloof|beloofd|belofte|garandeer|zeg .{0,10}toe|toezegging"
        r"|promise|guarantee|undertake|commit|you have my word|mijn woord"
        r"|erewoord|reken(?:en)? op|rely on)\b"
    ),
    "promise: sorry": (
        r"\b(?:sorry|excuses|vergeten|forgot|forgotten|ontschoten|over het hoofd"
        r"|overlooked|slipped|spijt|apologies|apologise|my bad|neem mij niet kwalijk"
        r"|gemist|missed)\b"
    ),
    "promise: parts": (
        r"\b(?:in (?:termijnen|delen|drie|twee|2|3|4)|instal?ments?|per maand"
        r"|a month|each month|every month|elke maand|iedere maand|maandelijks"
        r"|monthly|de rest|the rest|restant|remainder|remaining|half)\b"
    ),
    "promise: run": (
        r"betaalrun|betaalronde|betaalbatch|betaalopdracht|payment run|payment batch"
        r"|batch|pay run|cheque run|betaling .{0,15}(?:gepland|ingepland"
        r"|klaar)"
    ),
    "promise: short of money": (
        r"\b(?:krap|geen geld|geen saldo|tight|no money|cash flow|kasstroom"
        r"|liquiditeit|skint|broke|can.?t afford|kan (?:het )?nu (?:even "
        r"|ff )?niet|can.?t right now)\b"
    ),
    "promise: wait": (
        r"\b(?:geduld|wachten|uitstel|bear with|wait|hold on|give me until"
        r"|geef me tot|more time|few more days|paar dagen|extension)\b"
    ),
    "not paid yet": (
        r"nog n?iets? betaald|nog niet (?:betaald|voldaan)|niet betaald"
        r"|not (?:yet )?paid|havent paid|haven.?t (?:yet )?(?:paid|made)"
        r"|not been paid|paid nothing|niets betaald"
    ),
    # dispute
    "dispute: disagree": (
        r"niet (?:mee )?eens|niet (?:mee )?akkoord|oneens|betwist|bezwaar"
        r"|weiger|accepteer.{0,25}niet|erken.{0,25}niet|disagree|do(?:n.?t"
        r"| not) agree|dispute|contest|object(?:ion|ed|ing)?\b|reject|refuse"
        r"|do(?:n.?t| not) (?:accept|acknowledge|owe|recogni[sz]e)|wijzen .{0,30} af\b"
        r"|not accept"
    ),
    "dispute: wrong": (
        rf"klopt (?:\w+ )?niet|niet juist|onjuist|onterecht|incorrect|is (?:wrong"
        rf"|off|not right|not correct)|fout(?:ief|ieve)?\b|verkeerd|mistake"
        rf"|error on|not correct|kloppen niet|doesn.?t (?:match|add up|tally)"
        rf"|do not match|wijkt af|overcharged|te veel (?:gerekend|in rekening)"
        rf"|te hoog|too (?:much|high)|{_THING}.{{0,30}}(?:wrong|verkeerd"
        rf"|fout)"
    ),
    "dispute: not received": (
        r"(?:nooit|niet|never|not|didn.?t|hasn.?t|nothing)\b.{0,30}\b(?:ontvangen"
        r"|geleverd|gekregen|aangekomen|bezorgd|received|delivered|arrived"
        r"|got|turned up|gekomen|uitgevoerd|came)\b|(?:mist|ontbreekt|missing"
        r"|short delivered|halve levering|only half|maar de helft)"
    ),
    "dispute: broken": (
        r"kapot|defect|beschadigd|gebroken|stuk\b|lekt|gebrek|kwaliteit"
        r"|ondeugdelijk|broken|faulty|damaged|defective|leaks?\b|poor quality"
        r"|substandard|not working|doet het niet|stopped working|verlept"
        r"|wilted|garantie|warranty|verkeerde (?:maat|kleur|artikel)|wrong (?:size"
        r"|colour|item|goods)"
    ),
    "dispute: cancelled": (
        r"opgezegd|geannuleerd|afgezegd|opzegging|annulering|cancel+ed|cancellation"
        r"|gave notice|terminated|ended (?:the|this|my|our)|beeindigd|ontbonden"
        r"|stopgezet"
    ),
    "dispute: returned": (
        r"retour|teruggestuurd|teruggebracht|terug ?gezonden|returned (?:it"
        r"|them|the|on)|sent (?:it|them|the \w+) back|brought .{0,20}back"
        r"|took .{0,20}back|rma\b"
    ),
    "dispute: double": (
        r"dubbel|tweemaal|twee keer (?:gefactureerd|in rekening|hetzelfde"
        r"|berekend)|billed .{0,10}twice|charged .{0,10}twice|duplicate"
        r"|double.?(?:billed|charged)|already (?:had|received) this (?:one"
        r"|invoice)|nog een keer"
    ),
    "dispute: not mine": (
        r"niet (?:van|voor) (?:mij|ons)|nooit (?:besteld|opdracht|iets besteld"
        r"|afgesproken)|niks besteld|niets besteld|not (?:mine|ours|for me"
        r"|for us)|never (?:ordered|placed|agreed|signed|asked)|didn.?t order"
        r"|no contract|geen contract|geen opdracht|geen overeenkomst|verkeerde (?:vennootsch"
        r"ap|persoon|bedrijf)|wrong (?:company|person|entity)|identity|identiteits"
        r"|fraude|fraud"
    ),
    "dispute: agreed otherwise": (
        r"afgesproken|overeengekomen|offerte|zoals (?:besproken|beloofd)"
        r"|agreed|quote[ds]?\b|quotation|contract|overeenkomst|korting|discount"
        r"|toegezegd|promised (?:me|us)"
    ),
    "dispute: credit": (
        r"credit(?:nota|factuur|eren|ering)?\b|credit note|corrected invoice"
        r"|gecorrigeerde|nieuwe factuur|new invoice|verreken|deduct|set off"
    ),
    "dispute: not paying": (
        r"(?:ga|gaan|zal|wil) .{0,25}niet (?:\w+ )?betalen|betaal(?:t)? .{0,20}(?:niet"
        r"|niks|niets|geen)\b|not (?:going to )?pay(?:ing)?\b|won.?t (?:be )?pay"
        r"|will not (?:be )?pay|refuse to pay|betalen wij niet|schort|opschort"
        r"|withhold|suspend(?:ing)? payment|houd .{0,30} in\b|eerst .{0,40} dan (?:pas )?(?:"
        r"geld|betal)|only pay (?:once|when|if|after)|betaal(?:t)? pas|pas als"
        r"|shouldn.?t have to pay|hoef .{0,20} niet"
    ),
    "dispute: first": (
        r"\b(?:eerst|zolang|tot die tijd|voordat|niet voordat|until|as long as|before you|first)\b"
    ),
    "dispute: has to be put right": (
        r"rechtzetten|corrigeren|gecorrigeerd|aanpassen naar|haal .{0,30}af\b|put .{0,10}right"
        r"|correct(?:ed)? (?:it|the invoice)|take (?:it|them|that) off|amend|intrekken"
    ),
}
