"""
CVs as people write them: written out by hand, each in a way of its own, with what a person reads in them.

`# ` is the name, `## ` a heading, `** ` a bold row, `- ` a list item; a tab sends the rest to the right.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.corpus.cv.writers.layout import Kind, Row

_MARKS = {
    "# ": Kind.NAME,
    "## ": Kind.HEADING,
    "** ": Kind.ROLE,
    "- ": Kind.BULLET,
    "> ": Kind.LABEL,
    "@ ": Kind.CONTACT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rough:
    """One CV and what it says. Entries are tuples in the order of the fields of the expected file."""

    text: str
    basics: dict[str, str | None]
    #: position, employer, start, end ("" where it goes on), highlights
    work: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = ()
    #: study, institution, start, end
    education: tuple[tuple[str, str, str, str], ...] = ()
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    language: str = "en"

    def rows(self) -> list[Row]:
        """Return the rows for a writer."""
        return [self._row(line) for line in self.text.strip().splitlines() if line.strip()]

    @staticmethod
    def _row(line: str) -> Row:
        for mark, kind in _MARKS.items():
            if line.startswith(mark):
                return Row(kind, line[len(mark) :])
        return Row(Kind.LINE, line)

    def expected(self) -> dict[str, object]:
        """Return the expected fields."""
        empty = dict.fromkeys(("name", "label", "email", "phone", "location", "url", "summary"))
        return {
            "hidden": None,
            "language": self.language,
            **empty,
            **self.basics,
            "work": [
                {
                    "position": position,
                    "employer": employer,
                    "start": start or None,
                    "end": end or None,
                    "ongoing": bool(start) and not end,
                    "highlights": list(bullets),
                }
                for position, employer, start, end, bullets in self.work
            ],
            "education": [
                {"study": study, "institution": institution, "start": start or None, "end": end or None}
                for study, institution, start, end in self.education
            ],
            "skills": list(self.skills),
            "languages": list(self.languages),
        }


JUNIOR = Rough(
    text="""
# IMOGEN TARRADALE
14 Harbour Lane, Falmouth TR11 5XX
Mobile: 07700 900 441 | imogen.tarradale@example.com
## Personal Statement
Physics graduate looking for a first post in data engineering. Happy with Linux and with
people.
## Education
** University of Trevarrow\t2021 – 2024
BSc (Hons) Physics, 2:1
- Dissertation on the drift of tide gauges
** Penrose Sixth Form College\t2019 – 2021
A-levels: Physics (A), Mathematics (A), German (B)
## Internships
** Data Engineering Intern, Gannet Analytics\tJune 2023 – August 2023
- Wrote an importer for 30 GB of buoy data
- Presented the results to a team of 12
## Skills
Python, SQL, Git, Airflow (basic), Linux
## References
Available on request
""",
    basics={
        "name": "IMOGEN TARRADALE",
        "email": "imogen.tarradale@example.com",
        "phone": "07700 900 441",
        "location": "14 Harbour Lane, Falmouth TR11 5XX",
        "summary": "Physics graduate looking for a first post in data engineering. Happy with Linux and with people.",
    },
    work=(
        (
            "Data Engineering Intern",
            "Gannet Analytics",
            "2023-06",
            "2023-08",
            ("Wrote an importer for 30 GB of buoy data", "Presented the results to a team of 12"),
        ),
    ),
    education=(
        ("BSc (Hons) Physics", "University of Trevarrow", "2021", "2024"),
        ("A-levels: Physics (A), Mathematics (A), German (B)", "Penrose Sixth Form College", "2019", "2021"),
    ),
    skills=("Python", "SQL", "Git", "Airflow (basic)", "Linux"),
)

TABULAR = Rough(
    text="""
Lebenslauf
# Wiebke Aschenrode
## Persönliche Daten
Anschrift:\tMühlenweg 4, 26121 Oldenburg
Telefon:\t0151/5550 1234
E-Mail:\twiebke.aschenrode@example.de
Geburtsdatum:\t03.05.1988
Familienstand:\tledig
## Beruflicher Werdegang
seit 03/2019\tTeamleiterin Kundenservice
\tNordsee Versicherungsdienst eG, Oldenburg
- Führung von 18 Mitarbeitenden
- Einführung eines Ticketsystems für 40.000 Anfragen im Jahr
08/2011 – 02/2019\tKauffrau für Büromanagement
\tHandelshaus Torfmoor KG, Bremen
- Bearbeitung von Rechnungen und Mahnungen
## Ausbildung
08/2008 – 07/2011\tAusbildung zur Bürokauffrau
\tBerufsschule Weserbogen, Bremen
2008\tAbitur
\tGymnasium am Hunteufer
## EDV-Kenntnisse
MS Office (sehr gut), SAP FI, DATEV
## Sprachkenntnisse
Deutsch: Muttersprache
Englisch: fließend
Plattdeutsch: gut
""",
    basics={
        "name": "Wiebke Aschenrode",
        "email": "wiebke.aschenrode@example.de",
        "phone": "0151/5550 1234",
        "location": "Mühlenweg 4, 26121 Oldenburg",
    },
    work=(
        (
            "Teamleiterin Kundenservice",
            "Nordsee Versicherungsdienst eG",
            "2019-03",
            "",
            ("Führung von 18 Mitarbeitenden", "Einführung eines Ticketsystems für 40.000 Anfragen im Jahr"),
        ),
        (
            "Kauffrau für Büromanagement",
            "Handelshaus Torfmoor KG",
            "2011-08",
            "2019-02",
            ("Bearbeitung von Rechnungen und Mahnungen",),
        ),
    ),
    education=(
        ("Ausbildung zur Bürokauffrau", "Berufsschule Weserbogen", "2008-08", "2011-07"),
        ("Abitur", "Gymnasium am Hunteufer", "", "2008"),
    ),
    skills=("MS Office (sehr gut)", "SAP FI", "DATEV"),
    languages=("Deutsch", "Englisch", "Plattdeutsch"),
    language="de",
)

PROMOTED = Rough(
    text="""
# Dashiell Orrery, MBA
> VP Operations
Chicago, IL • (312) 555-0148 • d.orrery@example.com • linkedin.com/in/example-orrery
## CAREER HISTORY
** Kestrel Freight Corp, Chicago, IL
** VP Operations\t2019 – Present
- Own a network of 14 depots and 1,100 people
- Cut cost per parcel by 9 % in the first year
** Director of Planning\t2015 – 2019
- Rebuilt the night timetable for 600 trucks
** Bluestem Grocers, Omaha, NE
** Logistics Manager\t2009 – 2015
- Opened 3 cold stores on budget
## EDUCATION
MBA, Prairie School of Management, 2009
BS Industrial Engineering, Ogallala State University, 2003
## CORE SKILLS
Network design | Lean | Union negotiations | P&L
""",
    basics={
        "name": "Dashiell Orrery",
        "label": "VP Operations",
        "email": "d.orrery@example.com",
        "phone": "(312) 555-0148",
        "location": "Chicago, IL",
        "url": "linkedin.com/in/example-orrery",
    },
    work=(
        (
            "VP Operations",
            "Kestrel Freight Corp",
            "2019",
            "",
            ("Own a network of 14 depots and 1,100 people", "Cut cost per parcel by 9 % in the first year"),
        ),
        (
            "Director of Planning",
            "Kestrel Freight Corp",
            "2015",
            "2019",
            ("Rebuilt the night timetable for 600 trucks",),
        ),
        ("Logistics Manager", "Bluestem Grocers", "2009", "2015", ("Opened 3 cold stores on budget",)),
    ),
    education=(
        ("MBA", "Prairie School of Management", "", "2009"),
        ("BS Industrial Engineering", "Ogallala State University", "", "2003"),
    ),
    skills=("Network design", "Lean", "Union negotiations", "P&L"),
)

ACADEMIC = Rough(
    text="""
# Curriculum Vitae
** Prof. Elspeth Carrowmore
School of Chemistry, University of Kilbrannan
elspeth.carrowmore@example.ac.uk
https://orcid.org/0000-0000-0000-0000
## Appointments
2018– Professor of Physical Chemistry, University of Kilbrannan
2012–2018 Senior Lecturer, University of Kilbrannan
2009–2012 Postdoctoral Fellow, Institut Lavandière, Lyon
## Education
2005–2009 PhD Chemistry, University of Strathmorlich
2001–2005 MChem, University of Strathmorlich
## Selected Publications
Carrowmore E, Reed T. Slow water at warm surfaces. J. Imag. Chem. 12 (2021) 44–61.
Carrowmore E. On the edge of ice. Annals of Thaw 3 (2016) 1–19.
## Awards
Corrigan Medal, 2019
""",
    basics={
        "name": "Prof. Elspeth Carrowmore",
        "email": "elspeth.carrowmore@example.ac.uk",
        "url": "https://orcid.org/0000-0000-0000-0000",
    },
    work=(
        ("Professor of Physical Chemistry", "University of Kilbrannan", "2018", "", ()),
        ("Senior Lecturer", "University of Kilbrannan", "2012", "2018", ()),
        ("Postdoctoral Fellow", "Institut Lavandière", "2009", "2012", ()),
    ),
    education=(
        ("PhD Chemistry", "University of Strathmorlich", "2005", "2009"),
        ("MChem", "University of Strathmorlich", "2001", "2005"),
    ),
)

PROSE = Rough(
    text="""
# Caspian Wetherlow
> Freelance Photographer
caspian@example.com    020 7946 0321    London
## About
I take pictures of buildings before they are torn down.
## Work Experience
** Photographer (freelance), London, since May 2014
I document demolition sites for three boroughs and two universities. In 2022 the work was shown in
eleven libraries.
** Picture Editor, The Wapping Courier, 03/2009 - 04/2014
Chose about 40 pictures a week from agencies and from our own staff. Moved the archive of 90,000
negatives to a database.
## Education
** Diploma in Photography, Ludgate College of Art, 2006-2008
## Languages
English and Portuguese
""",
    basics={
        "name": "Caspian Wetherlow",
        "label": "Freelance Photographer",
        "email": "caspian@example.com",
        "phone": "020 7946 0321",
        "location": "London",
        "summary": "I take pictures of buildings before they are torn down.",
    },
    work=(
        (
            "Photographer (freelance)",
            "",
            "2014-05",
            "",
            (
                "I document demolition sites for three boroughs and two universities. In 2022 the work was shown in eleven libraries.",
            ),
        ),
        (
            "Picture Editor",
            "The Wapping Courier",
            "2009-03",
            "2014-04",
            (
                "Chose about 40 pictures a week from agencies and from our own staff. Moved the archive of 90,000 negatives to a database.",
            ),
        ),
    ),
    education=(("Diploma in Photography", "Ludgate College of Art", "2006", "2008"),),
    languages=("English", "Portuguese"),
)

ODD = Rough(
    text="""
# Ottilie Brandsätter
> Softwareentwicklerin
Graz · +43 316 555 017 · ottilie@example.at · https://ottilie.example.at
## Wo ich gearbeitet habe
** Murtal Software OG · Softwareentwicklerin\tMai 2020 – heute
- Betrieb und Ausbau eines Buchungssystems mit 300 Mandanten
- Ablösung von Oracle durch PostgreSQL
** Alpenklang Medien · Praktikantin\tJuli 2019 – September 2019
- Prototyp einer Klangsuche
## Was ich gelernt habe
** Technische Hochschule Schlossberg · Bachelor Informatik\t2016 – 2020
## Werkzeugkasten
Sprachen: Rust, Java, SQL
Werkzeuge: Git, Docker
## Sprachkenntnisse
Deutsch (Muttersprache), Englisch (C1), Slowenisch (A2)
""",
    basics={
        "name": "Ottilie Brandsätter",
        "label": "Softwareentwicklerin",
        "email": "ottilie@example.at",
        "phone": "+43 316 555 017",
        "location": "Graz",
        "url": "https://ottilie.example.at",
    },
    work=(
        (
            "Softwareentwicklerin",
            "Murtal Software OG",
            "2020-05",
            "",
            ("Betrieb und Ausbau eines Buchungssystems mit 300 Mandanten", "Ablösung von Oracle durch PostgreSQL"),
        ),
        ("Praktikantin", "Alpenklang Medien", "2019-07", "2019-09", ("Prototyp einer Klangsuche",)),
    ),
    education=(("Bachelor Informatik", "Technische Hochschule Schlossberg", "2016", "2020"),),
    skills=("Rust", "Java", "SQL", "Git", "Docker"),
    languages=("Deutsch", "Englisch", "Slowenisch"),
    language="de",
)

CAREFUL = Rough(
    text="""
# Rosalind Achterberg-Nkemelu
Utrecht, the Netherlands
T +31 30 555 0199 / E rosalind@example.nl
## KEY ACHIEVEMENTS
- Brought a hospital laundry from 3 to 1 injuries a year
## PROFESSIONAL EXPERIENCE
** SAFETY ADVISER
Wasserij De Zwaan B.V., Utrecht (January 2017 - now)
- Wrote 44 work instructions with the people who use them
- Inspected 6 sites a month
** Quality Inspector
Bakkerij Molenwiek (Sept. 2010 - Dec. 2016)
- Audited 15 suppliers
## EDUCATION & CERTIFICATES
** HBO Safety Engineering
Hogeschool Vechtstroom (2006 - 2010)
## LANGUAGES
Dutch - native
English - fluent
Twi - conversational
""",
    basics={
        "name": "Rosalind Achterberg-Nkemelu",
        "email": "rosalind@example.nl",
        "phone": "+31 30 555 0199",
        "location": "Utrecht, the Netherlands",
    },
    work=(
        (
            "SAFETY ADVISER",
            "Wasserij De Zwaan B.V.",
            "2017-01",
            "",
            ("Wrote 44 work instructions with the people who use them", "Inspected 6 sites a month"),
        ),
        ("Quality Inspector", "Bakkerij Molenwiek", "2010-09", "2016-12", ("Audited 15 suppliers",)),
    ),
    education=(("HBO Safety Engineering", "Hogeschool Vechtstroom", "2006", "2010"),),
    languages=("Dutch", "English", "Twi"),
)

BARE = Rough(
    text="""
# Florian Kessenbrügge
Tischlergeselle
Hauptstr. 12
33602 Bielefeld
Tel. 0521 5550177
florian.kessenbruegge@example.de
## Berufspraxis
09/2020 bis heute
Geselle bei Holzbau Leineweber GmbH in Bielefeld
Fertigung und Einbau von Treppen und Türen
01/2018 - 08/2020
Geselle bei Tischlerei Osningblick in Halle
Möbel nach Maß, Reparaturen
## Schulbildung und Ausbildung
08/2014 - 01/2018
Ausbildung zum Tischler bei Tischlerei Osningblick in Halle
2014
Realschulabschluss, Realschule Teutoburg
## Kenntnisse
CNC, AutoCAD, Führerschein Klasse BE
""",
    basics={
        "name": "Florian Kessenbrügge",
        "label": "Tischlergeselle",
        "email": "florian.kessenbruegge@example.de",
        "phone": "0521 5550177",
        "location": "33602 Bielefeld",
    },
    work=(
        ("Geselle", "Holzbau Leineweber GmbH", "2020-09", "", ("Fertigung und Einbau von Treppen und Türen",)),
        ("Geselle", "Tischlerei Osningblick", "2018-01", "2020-08", ("Möbel nach Maß, Reparaturen",)),
    ),
    education=(
        ("Ausbildung zum Tischler", "Tischlerei Osningblick", "2014-08", "2018-01"),
        ("Realschulabschluss", "Realschule Teutoburg", "", "2014"),
    ),
    skills=("CNC", "AutoCAD", "Führerschein Klasse BE"),
    language="de",
)
