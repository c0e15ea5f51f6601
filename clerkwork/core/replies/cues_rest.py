"""Cues of questions, new addresses, anger, absence and failed delivery; in folded text."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["REST"]

_DAY = (
    r"(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
)
_MONTH = (
    r"(?:jan(?:uari|uary)?|feb(?:ruari|ruary)?|maart|march|apr(?:il)?|mei|may|juni|june|juli|july"
    r"|aug(?:ustus|ust)?|sept?(?:ember)?|okt(?:ober)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)

REST: Mapping[str, str] = {
    # question
    "question: mark": r"\?",
    "question: could you": (
        r"\b(?:kunt u|kun je|kan je|kunnen jullie|zou u|zou je|wilt u|wil je"
        r"|could you|can you|would you|can someone|can anyone|may i|mag ik"
        r"|kan ik|can i|can we|kunnen we|kunnen wij|could i|could we|please (?:send"
        r"|provide|advise|explain|confirm|let)|graag (?:ontvang|hoor|een)"
        r"|gaarne)\b"
    ),
    "question: asks": (
        r"\b(?:waarom|waarvoor|waarvan|wanneer|welke?|hoeveel|hoe|wie|wat"
        r"|waar|why|when|which|what|how|who|where|whom|whats|is het mogelijk"
        r"|is it possible|klopt het dat|is it (?:right|true|correct) that)\b[^.!]{0,120}\?"
    ),
    "question: copy": (
        r"\b(?:kopie|copy|toesturen|toezenden|opnieuw sturen|nogmaals (?:sturen"
        r"|toesturen|mailen)|resend|re-send|send (?:it|me|us|that|the)|forward (?:me"
        r"|us)|duplicaat|als pdf|as a pdf|specificatie|breakdown|itemi[sz]ed"
        r"|uitsplitsing|overzicht|statement of account)\b"
    ),
    "question: how to pay": (
        r"\b(?:rekeningnummer|iban|betaallink|payment link|kenmerk|payment reference"
        r"|bank details|account number|sort code|credit ?card|creditcard"
        r"|ideal|paypal|acceptgiro|betalingsregeling|payment plan|termijnen"
        r"|instal?ments|bankgegevens)\b"
    ),
    "question: do not understand": (
        r"begrijp .{0,20}niet|snap .{0,20}niet|geen idee|don.?t understand"
        r"|do not (?:quite )?understand|not sure what|no idea|dont get|phishing"
        r"|legit|nepmail|weet niet (?:meer )?(?:waar|wat)|unsure|wondering"
        r"|vroeg me af|benieuwd"
    ),
    "question: call me": (
        r"\b(?:bellen|bel me|terugbellen|call me|ring me|give me a (?:call"
        r"|ring)|phone me|telephone me|contact opnemen|get in touch)\b"
    ),
    "question: is it paid": (
        r"\b(?:heb|hebben|is|was|did|have|haven'?t|has)\b (?:ik|wij|we|i|it|mijn|our|my)\b"
        r"[^.!]{0,60}\?"
    ),
    "question: rhetorical": (
        r"\b(?:weet|weten|denk|denken|denkt|bent|zijn|do|are|does|have|moet) (?:u|je|jullie|you"
        r"|anyone|someone|dat)\b[^.!]{0,70}\?"
    ),
    # address change
    "address: moved": (
        r"verhuisd|verhuizing|verhuizen|gaan wij naar|moved\b|moving (?:on"
        r"|to|house|office)|relocat|change of address|adreswijziging|verhuisbericht"
        r"|nieuwe? (?:post|mail|e-?mail|factuur)?-?\s?adres|new (?:postal "
        r"|e-?mail |billing |mailing |office )?address|new email|nieuwe? (?:mail"
        r"|e-?mail|nummer)|woon(?:t|en)? .{0,20}(?:niet meer|nu)|no longer live"
        r"|dont live|don.?t live|per \d+ \w+ .{0,20}(?:woon|zitten)"
    ),
    "address: old": (
        r"oude? (?:adres|kantoor|nummer|huis|e-?mail)|old (?:address|office"
        r"|place|number|room|email)|former (?:address|office)|vorige (?:adres"
        r"|bewoner)|previous (?:address|tenant|occup)|verkeerde? (?:adres"
        r"|huisnummer|postcode)|wrong (?:address|house number|postcode)"
    ),
    "address: change it": (
        r"(?:wijzig|wijzigen|aanpassen|aan te passen|pas .{0,15}aan|doorgeven"
        r"|verwerken|noteren|noteer|update|amend|change|note|correct|vervangen"
        r"|replace)\b.{0,60}\b(?:adres|gegevens|address|details|records"
        r"|bestand|administratie|file|naam|name|tenaamstelling|contact)"
        r"|(?:adres|gegevens|address|details|records|administratie)\b.{0,40}\b(?:wijzig"
        r"|aanpassen|aan te passen|update|change|amend)"
    ),
    "address: from now on": (
        r"voortaan|vanaf heden|vanaf nu|from now on|in future|in the future"
        r"|going forward|henceforth|in het vervolg|per \d{1,2} (?:jan|feb"
        r"|maart|apr|mei|jun|jul|aug|sep|okt|nov|dec)|with effect from|as of\b"
        r"|effective"
    ),
    "address: send to": (
        r"(?:stur|stuur|richt|mail|gebruik|send|direct|forward|redirect"
        r"|use|contact)\w*\b.{0,70}(?:naar|to|aan|via|:)?\s*\S+@\S+|gericht aan"
        r"|addressed to|t\.?a\.?v\.?\b"
    ),
    "address: street": (
        r"\b[\w'-]*(?:straat|laan|weg|plein|kade|dijk|pad|hof|singel|gracht"
        r"|steeg|dreef|plantsoen)\s+\d+|\b\d+[a-z]?\s+(?:\w+\s+){1,2}(?:street"
        r"|st|road|rd|lane|ln|avenue|ave|square|way|close|drive|row|court"
        r"|place|path|crescent|terrace)\b|postbus \d+|p\.?o\.? box"
    ),
    "address: left": (
        r"werkt (?:niet (?:langer|meer)|hier niet)|niet meer (?:werkzaam"
        r"|in dienst)|uit dienst|opvolger|no longer (?:works?|with|employed"
        r"|deal)|has left|successor|contactpersoon|contact person|bewindvoerder"
        r"|met pensioen|has retired|erven|executors?"
    ),
    "address: postcode": r"\b\d{4}\s?[a-z]{2}\b|\b[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b",
    # angry
    "angry: shame": (
        r"schand|schaam|schamen|ongehoord|belachelijk|bespottelijk|onbeschoft"
        r"|asociaal|walgelijk|ridiculous|disgrace|disgust|shame|outrag|appalling"
        r"|absurd|pathetic|unacceptable|onacceptabel|treurig|ongelofelijk"
        r"|onvoorstelbaar|te gek voor woorden|zielig|brutaal|brutale|arrogan"
        r"|insolent|rude\b|insult|beledig|beneden (?:alle )?peil|schofterig"
        r"|hufter"
    ),
    "angry: stop": (
        r"\b(?:stop|hou|houd|houdt|kap|kappen)\b.{0,25}\b(?:op|ermee|hiermee"
        r"|mee|nou|sending|this|harass\w*|bother\w*|spamm?\w*|mailing|lastig\w*"
        r"|with|contacting)\b|laat (?:me|mij|ons) .{0,12}met rust|leave (?:me"
        r"|us) (?:alone|in peace)|lastig ?val|harass|intimid|stalk|pester"
        r"|bully|bullying|pesterij|spam\b|bedreig|dreig|threat"
    ),
    "angry: rude": (
        r"\b(?:rot|sodemieter|donder|flikker|tyf|tief|pleur|oprotten|opzouten"
        r"|kut\w*|klote\w*|verdomme|godver\w*|klootza\w*|fuck\w*|wtf|shit\w*"
        r"|bullshit|crap|bloody|damn|sod off|piss\w*|hell|idiot\w*|moron\w*"
        r"|scam\w*|crook\w*|oplicht\w*|boeven|dieven|thieves|bloodsuckers"
        r"|uitzuigers|stelletje|bunch of|get lost|get stuffed|bekijk het maar"
        r"|de pot op|mijn rug op|zakkenvullers)\b"
    ),
    "angry: fed up": (
        r"(?:ben|is) .{0,20}(?:zat|klaar mee|beu|moe van)|klaar met|spuugzat"
        r"|schoon genoeg|genoeg van|fed up|sick (?:and tired|of)|had enough"
        r"|had it with|patience|geduld is op|done with|woest|woedend|furious"
        r"|kwaad|boos|angry|cross\b|livid|ontstemd|displeased|fuming|pissig"
    ),
    "angry: never again": (
        r"nooit meer|never again|nooit eerder|laatste keer|last time|klant kwijt"
        r"|lost a customer|lose a customer|neem afscheid|take (?:my|our) business"
        r"|zeg .{0,20}relatie op|zo'?n (?:toon|brief|slecht)|the tone|de toon"
        r"|never (?:been|have i)"
    ),
    "angry: tells others": (
        r"klacht|complaint|review|beoordeling|social media|op social|krant"
        r"|newspaper|advocaat|lawyer|solicitor|jurist|rechtbank|court|toezichthouder"
        r"|regulator|ombudsman|aangifte|police|politie|rechtsbijstand|consumentenbond"
        r"|trading standards|watchdog|media\b"
    ),
    "angry: who do you": (
        r"wie denk|who do you think|durf|nerve|lef\b|how dare|hoe haal|het toppunt"
        r"|take the biscuit|lost your mind|gek geworden|niet normaal|not normal"
        r"|serieus\?|seriously\?|are you (?:serious|kidding)|meent u niet"
        r"|cannot be serious"
    ),
    "angry: marks": r"!{2,}|\?!|!\?|[😡🤬😠🖕]",
    "angry: names": (
        r"prutser|leugen|rotzak|tuig\b|hufter|onmens|aasgier|vlegel|onbenul|rotstreek|gespuis"
        r"|cowboys?\b|liars?\b|scum|vultures?|bunglers|dimwits?|sods\b|rotten|heartless|harteloos"
        r"|inhuman|dreadful|verschrikkelijk|ellendig|miserable|useless|waardeloos|lomp|stik\b|choke"
    ),
    "angry: done to me": (
        r"behandel|treat(?:ed|ing|s)?\b|uitgescholden|afgesnauwd|swore at|snapped at|hung up"
        r"|opgehangen|de hoorn|bang\b|frighten|scare|gekwetst|hurt\b|in tears|ziek van|makes me"
        r"|word er|opjagen|hounding|doof\b|deaf\b|beters te doen|better (?:things )?to do"
    ),
    # out of office
    "away: automatic": (
        r"automati(?:sch|c|sche|cally)\W?(?:\w+\W){0,2}(?:antwoord|reply"
        r"|reactie|bericht|response|message|beantwoord\w*|ontvangst\w*|acknowledg\w*"
        r"|verzonden|gegenereerd|generated|sent)|auto-?\s?(?:reply|response"
        r"|responder|matic message)|out of (?:the )?office|afwezig"
        r"|away (?:from|until|message)|absence|ooo\b"
    ),
    "away: holiday": (
        r"vakantie|verlof|holiday|(?:on|annual|parental|maternity|paternity"
        r"|sick) leave|vrije dag|day off|\bvrij\b|op reis|travelling|traveling"
        r"|abroad|buitenland|training|cursus|zakenreis|beurs\b|trade fair"
        r"|ziek\b|illness|operatie|conference|congres|bouwvak|kerst\w*|christmas"
        r"|festive"
    ),
    "away: not here": (
        r"niet (?:op kantoor|aanwezig|bereikbaar|in de gelegenheid)|not in (?:the )?office"
        r"|beperkt(?:e)? (?:toegang|bereikbaar)|limited access|cannot be reached"
        r"|geen toegang|no access|lees .{0,25}(?:mail|berichten) (?:niet"
        r"|alleen|maar)|not (?:be )?(?:reading|checking|read)|read mail"
        r"|unavailable|er (?:even )?niet\b|i am away|i'?m away|out until"
    ),
    "away: back": (
        rf"(?:weer )?(?:terug|bereikbaar|aanwezig|back|return|weer open|reopen)\b.{{0,25}}(?:"
        rf"{_DAY}|{_MONTH}|\d|kantoor|office)|op .{{0,30}} weer (?:terug"
        rf"|bereikbaar|aanwezig|open)|t/m|tot en met|from .{{0,20}} (?:to"
        rf"|until)|until\b.{{0,20}}(?:{_MONTH}|\d)"
    ),
    "away: closed": (
        r"gesloten|\bdicht\b|closed|shut\b|sluiting|closure|openingstijden"
        r"|kantooruren|office hours|opening hours|geopend|are open|spreekuur"
    ),
    "away: urgent": (
        r"dringend|urgent|spoed|noodgeval|emergency|vervang|collega|colleague"
        r"|my cover|waarneming"
    ),
    "away: received": (
        r"(?:in goede orde )?ontvangen en|ontvangstbevestiging|hebben (?:uw"
        r"|je) (?:mail|e-?mail|bericht)|received your (?:e-?mail|mail|message)"
        r"|thank you for (?:your|contacting|getting)|thanks for (?:your"
        r"|getting|contacting)|bedankt voor (?:uw|je)|dank (?:je |u )?voor (?:uw"
        r"|je)|ticket|werkdagen|working days|no need to (?:reply|answer)"
        r"|geregistreerd|logged|as soon as (?:possible|we can)|zo (?:snel"
        r"|spoedig) mogelijk"
    ),
    # bounce
    "bounce: undeliverable": (
        r"onbestelbaar|undeliver|niet (?:worden )?(?:bezorgd|afgeleverd"
        r"|besteld|afleverbaar)|kon niet .{0,30}(?:bezorg|aflever|besteld"
        r"|verzonden|bereikt)|could ?n.?t be delivered|could not be (?:delivered"
        r"|sent|reached)|not (?:be )?delivered|(?:was|were) ?n.?t delivered"
        r"|delivery (?:has )?(?:failed|failure|status|error|incomplete|delayed"
        r"|is delayed|to this|to the)|failure notice|returned (?:mail|to sender"
        r"|message)|returning (?:message|mail)|(?:bezorging|aflevering|bezorgen"
        r"|afleveren)\b.{0,30}(?:mislukt|vertraagd|opgegeven|niet)|non-?delivery"
        r"|teruggestuurd aan|aan de afzender|kan niet worden bezorgd"
    ),
    "bounce: server": (
        r"mailer-?daemon|postmaster|mail (?:delivery )?(?:sub)?system|mailserver"
        r"|mail server|remote server|smtp|relay|dns\b|host\b|mx\d?\.|qmail"
        r"|exim|postfix|queue|wachtrij|domein|domain|ip-?adres|recipient"
        r"|geadresseerde|ontvangende server|receiving server"
    ),
    "bounce: code": (
        r"\b[45]\.\d{1,2}\.\d{1,2}\b|\b(?:550|551|552|553|554|421|450|451"
        r"|452)\b|status:\s*\d|diagnostic"
    ),
    "bounce: unknown": (
        r"(?:user|gebruiker|account|recipient|ontvanger|mailbox|postbus"
        r"|postvak|adres|address|host|domain|domein|email account)\b.{0,35}\b(?:unknown"
        r"|onbekend|bestaat niet|does ?n.?t exist|does not exist|not found"
        r"|niet gevonden|couldn.?t be found|could not be found|cannot be found"
        r"|opgeheven|vol\b|full|disabled|inactive|inactief|suspended|expired"
        r"|verlopen|uitgeschakeld|closed|niet beschikbaar|unavailable)|(?:unknown"
        r"|no such|onbekende) (?:local )?(?:user|recipient|mailbox|gebruiker"
        r"|ontvanger)|over quota|quota|no mailbox"
    ),
    "bounce: gave up": (
        r"given up|giving up|geven het op|opgegeven|permanent(?:e)? (?:error"
        r"|fatal|failure|fout)|fatal|wordt geretourneerd|keep trying|will retry"
        r"|blijven? .{0,20}proberen|retry|tried to deliver|geprobeerd .{0,30}af te leveren"
        r"|blocked|geblokkeerd|geweigerd|refused|rejected"
    ),
}
