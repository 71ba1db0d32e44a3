"""Headings as CVs have them, English and German. Data."""

from __future__ import annotations

import re

from lading.cv.engine.resume import SectionKind as Kind

#: headings that parsers know word for word
STANDARD: dict[Kind, str] = {
    Kind.SUMMARY: "summary|professional summary|career summary|executive summary|profile|professional profile|about me|about"
    "|personal statement|objective|career objective|profil|kurzprofil|berufsprofil|über mich|zusammenfassung|ziel",
    Kind.WORK: "experience|work experience|professional experience|employment|employment history|work history|career history"
    "|relevant experience|career|berufserfahrung|beruflicher werdegang|werdegang|berufliche erfahrung|berufspraxis"
    "|appointments|academic appointments|academic positions|positions|positions held|academic employment|employment record|"
    "work history and experience|clinical experience|teaching experience|research experience|industry experience|"
    "internships|internship experience|praktika|praktische erfahrung|beruflicher lebenslauf|berufstätigkeit|berufliche stationen|arbeitserfahrung|praxiserfahrung",
    Kind.VOLUNTEER: "volunteer experience|volunteering|volunteer work|voluntary work|ehrenamt|ehrenamtliches engagement"
    "|engagement|soziales engagement|ehrenamtliche tätigkeiten",
    Kind.EDUCATION: "education|education and training|academic background|education and qualifications|academic education"
    "|qualifications|studies|ausbildung|bildung|bildungsweg|bildungsgang|schulbildung|studium|ausbildung und studium"
    "|schule und studium|studium und schule|akademische ausbildung|akademischer werdegang|aus- und weiterbildung"
    "|schul- und berufsausbildung|schulische ausbildung|hochschulbildung",
    Kind.SKILLS: "skills|technical skills|key skills|core skills|core competencies|competencies|skills and tools|technologies"
    "|areas of expertise|expertise|it skills|kenntnisse|fachkenntnisse|fähigkeiten|kompetenzen|it-kenntnisse|edv-kenntnisse"
    "|kenntnisse und fähigkeiten|fähigkeiten und kenntnisse|technische kenntnisse|kernkompetenzen|fachliche kenntnisse"
    "|besondere kenntnisse|weitere kenntnisse|edv",
    Kind.LANGUAGES: "languages|language skills|foreign languages|sprachen|sprachkenntnisse|fremdsprachen|fremdsprachenkenntnisse",
    Kind.PROJECTS: "projects|personal projects|selected projects|key projects|projekte|ausgewählte projekte|projekterfahrung",
    Kind.AWARDS: "awards|grants|grants and awards|awards and grants|fellowships|funding|drittmittel|honors|honours|awards and honors|awards and honours|scholarships|auszeichnungen|preise|stipendien"
    "|preise und auszeichnungen|auszeichnungen und stipendien",
    Kind.CERTIFICATES: "certifications|certificates|licenses and certifications|training|courses|professional development"
    "|zertifikate|zertifizierungen|weiterbildung|weiterbildungen|fortbildungen|fortbildung|schulungen",
    Kind.PUBLICATIONS: "publications|selected publications|talks|publications and talks|publikationen|veröffentlichungen|vorträge",
    Kind.INTERESTS: "interests|hobbies|hobbies and interests|interests and hobbies|interessen|hobbys|hobbies und interessen"
    "|interessen und hobbys|freizeit",
    Kind.REFERENCES: "references|referees|referenzen",
    Kind.BASICS: "contact|contact details|contact information|personal details|personal information|personal data|kontakt"
    "|kontaktdaten|persönliche daten|persönliche angaben|persönliches|zur person|angaben zur person",
}

#: what a line that looks like a heading is about, where its words are not standard; the first match counts
CUES: tuple[tuple[Kind, str], ...] = (
    (Kind.VOLUNTEER, r"volunt|ehrenamt"),
    (Kind.LANGUAGES, r"languages?\b|sprache"),
    (Kind.PROJECTS, r"projects?\b|projekt"),
    (Kind.PUBLICATIONS, r"publication|veröffentlich|publikation"),
    (Kind.CERTIFICATES, r"certific|zertifi|weiterbild|fortbild"),
    (Kind.AWARDS, r"award|honou?rs|auszeichnung"),
    (Kind.EDUCATION, r"educat|stud(?:y|ied)|learn|gelernt|studiert|academic|degree|ausbildung|bildung|studium|schul"),
    (Kind.SKILLS, r"skill|\btools?\b|werkzeug|competenc|toolbox|toolkit|tech stack|kenntnis|kompetenz|fähigkeit"),
    (
        Kind.WORK,
        r"experience|employment|\bwork(?:ed)?\b|gearbeitet|beruf|career|appointment|internship|praktik|where i(?:'ve| have) worked|erfahrung|werdegang|stationen",
    ),
    (Kind.SUMMARY, r"summary|profile?\b|about|who i am|über mich"),
    (Kind.INTERESTS, r"interest|hobb|freizeit"),
    (Kind.REFERENCES, r"referenc|referenz"),
    (Kind.BASICS, r"contact|kontakt|personal|persönlich"),
)

#: what stands above a CV and is no name
TITLES = frozenset(
    {"curriculum vitae", "cv", "resume", "résumé", "lebenslauf", "bewerbung", "vita", "tabellarischer lebenslauf"}
)

_KNOWN = {words: kind for kind, text in STANDARD.items() for words in text.split("|")}
_CUES = tuple((kind, re.compile(pattern)) for kind, pattern in CUES)


def normal(text: str) -> str:
    """Return a heading for comparison: lower case, `and` for `&`, no colon, no letters set apart."""
    text = (
        text.strip(" \t:.-_=#*|•\u2013\u2014")
        .casefold()
        .replace("&", " und " if "ä" in text or "ü" in text else " and ")
    )
    if re.fullmatch(r"(?:\w ){3,}\w", text):
        text = text.replace(" ", "")
    return " ".join(text.split())


def standard_kind(text: str) -> Kind | None:
    """Return what a heading is about if parsers know it word for word."""
    words = normal(text)
    return _KNOWN.get(words) or _KNOWN.get(words.replace(" and ", " und "))


def likely_kind(text: str) -> Kind:
    """Return what a line that looks like a heading is about; OTHER where its words say nothing."""
    words = normal(text)
    for part in re.split(r"\s+(?:and|und)\s+|\s*[,/]\s*", words):
        kind = _KNOWN.get(part) or next((kind for kind, cue in _CUES if cue.search(part)), Kind.OTHER)
        if kind is not Kind.OTHER:
            return kind
    return Kind.OTHER
