"""Words that tell positions, organisations and degrees, English and German. Data, and three questions about them."""

from __future__ import annotations

import re

_TITLE_LAST = (
    "engineer|developer|manager|director|analyst|assistant|administrator|designer|consultant|teacher|nurse|officer|lead"
    "|specialist|scientist|researcher|intern|trainee|executive|accountant|controller|architect|coordinator|technician"
    "|programmer|professor|lecturer|editor|writer|clerk|secretary|chef|driver|supervisor|owner|founder|president|partner"
    "|representative|advisor|adviser|associate|fellow|worker|tutor|translator|physician|doctor|lawyer|attorney|pharmacist"
    "|buyer|planner|recruiter|producer|strategist|tester|operator|mechanic|electrician|carpenter|librarian|journalist"
    "|photographer|therapist|psychologist|economist|statistician|physicist|chemist|biologist|auditor|bookkeeper|cashier"
    "|waiter|waitress|barista|receptionist|instructor|trainer|coach|apprentice|volunteer|freelancer|cto|ceo|cfo|coo"
    "|principal|headteacher|chairman|treasurer|inspector|surveyor|copywriter|illustrator|animator|artist|musician|student"
    "|paramedic|midwife|dentist|veterinarian|postdoc|investigator|agent|broker|trader|underwriter|actuary"
)
_TITLE_GERMAN = (
    "entwickler|leiter|leitung|ingenieur|pfleger|berater|referent|assistent|assistenz|mitarbeiter|kauffrau|kaufmann|techniker"
    "|konstrukteur|lehrer|lehrkraft|arzt|ärztin|werkstudent|praktikant|praktikum|meister|mechaniker|mechatroniker"
    "|sachbearbeiter|verkäufer|koch|köchin|fahrer|architekt|wissenschaftler|dozent|redakteur|geschäftsführer|volontär"
    "|auszubildende|auszubildender|elektriker|elektroniker|fachkraft|angestellte|angestellter|gestalter|erzieher|sekretär"
    "|buchhalter|einkäufer|disponent|monteur|schlosser|tischler|informatiker|administrator|betreuer|pädagoge|therapeut"
    "|anwalt|jurist|richter|notar|apotheker|übersetzer|dolmetscher|polizist|maurer|maler|gärtner|optiker|friseur"
    "|koordinator|beauftragter|beauftragte|hilfskraft|freiberufler|inhaber|gründer|vorstand|analyst|trainer|planer"
)
_TITLE_FIRST = r"^(?:chef|commis|head|vice president|vp|director|chief|senior|junior|deputy|lead|leiter|leiterin|leitung|mitglied)\b"
_FORMS = (
    r"(?:\b(?:Ltd|Limited|Inc|LLC|LLP|plc|PLC|Corp|Corporation|Co|GmbH|mbH|AG|KG|KGaA|SE|OHG|UG|gGmbH|AS|ASA|AB|Oy|BV|NV"
    r"|SA|SAS|SARL|SpA|SRL|FZ|FZE)\b\.?|\be\.\s?V\.|\bS\.A\.|\bB\.V\.|Sp\. z o\.o\.)"
)
_ORGANISATION = (
    r"\b(?:group|company|university|college|school|academy|institute|hospital|clinic|bank|systems|solutions|technologies"
    r"|studios?|agency|labs?|laborator(?:y|ies)|foundation|partners|services|consulting|software|industries|logistics|council"
    r"|ministry|department|museum|press|media|holdings?|energy|shipping|foods|payments|ventures|trust|society|association"
    r"|centre|center|church|library|charity|works|brothers|sons|daughters|digital|cloud|hosting|institut|klinikum|klinik"
    r"|krankenhaus|universität|hochschule|fachhochschule|gymnasium|akademie|verlag|stadt|amt|verein|stiftung|praxis|werke"
    r"|kanzlei|büro|gruppe|bundes\w+|politechnika|politecnico|université|universidad|universidade|conservatory|nhs)\b"
    r"|\w(?:schule|universität|werke?|fabrik|institut|klinik|verlag|bank|bau|amt|akademie|zentrum)\b"
)
_DEGREE = (
    r"\b(?:b\.?\s?sc|m\.?\s?sc|b\.?\s?a|m\.?\s?a|b\.?\s?eng|m\.?\s?eng|ll\.?\s?[bm]|mba|ph\.?\s?d|d\.?\s?phil|mphil|md|bachelor\w*"
    r"|master\w*|magister|diplom\w*|diploma|doctor\w*|doktor\w*|promotion|staatsexamen|abitur|fachabitur|matura|ausbildung"
    r"|lehre|umschulung|certificate|degree|a[- ]levels?|gcses?|baccalaureate|realschulabschluss|hauptschulabschluss"
    r"|mittlere reife|fachhochschulreife|hochschulreife|associate|postgraduate|undergraduate|minor|major|studium|pgce|hnd"
    r"|foundation course|meisterbrief|habilitation|erasmus|exchange semester|auslandssemester|bts|licence|laurea)\b\.?"
)
#: what follows an ampersand in the name of a firm
_FIRM = re.compile(
    r"(?:&|\band|\bund)\s+(?:partners?|co|sons|söhne|sohn|brothers|gebrüder|associates|company|kollegen|cie)\b",
    re.IGNORECASE,
)
_LAST = re.compile(rf"\b(?:{_TITLE_LAST})s?$", re.IGNORECASE)
_GERMAN = re.compile(rf"(?:{_TITLE_GERMAN})(?:in|innen|\*in|:in|/in|\(in\))?$", re.IGNORECASE)
_FIRST = re.compile(_TITLE_FIRST, re.IGNORECASE)
_FORM = re.compile(_FORMS)
_ORG = re.compile(_ORGANISATION, re.IGNORECASE)
_STUDY = re.compile(_DEGREE, re.IGNORECASE)
#: what follows the noun that a position ends with
_TAIL = re.compile(r"\s+(?:of|for|in|im|at|für|der|des|und|and|mit|\(|/|I{1,3}\b|\d).*$")


def position_weight(text: str) -> int:
    """Return how much a text looks like a position: 2 by its noun, 1 by its first word, else 0."""
    if _FORM.search(text) or _FIRM.search(text):
        return 0
    core = _TAIL.sub("", text).strip(" .,")
    if any(_LAST.search(part) or _GERMAN.search(part) for part in (core, text.strip())):
        return 2
    words = re.split(r"[\s/]+", core)
    if any(_GERMAN.search(word) for word in words):
        return 2
    return 1 if _FIRST.search(text) else 0


def organisation_weight(text: str) -> int:
    """Return how much a text looks like an organisation: 3 by its legal form, 1 by a word or an ampersand, else 0."""
    if _FORM.search(text):
        return 3
    return 1 if _ORG.search(text) or " & " in text else 0


def degree_weight(text: str) -> int:
    """Return 2 where a text names a degree or a training, else 0."""
    return 2 if _STUDY.search(text) else 0


def is_legal_form(text: str) -> bool:
    """Say whether the text is a legal form alone, such as the `Inc.` after a comma."""
    return bool(_FORM.fullmatch(text.strip()))
