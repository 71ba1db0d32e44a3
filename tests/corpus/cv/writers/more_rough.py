"""More CVs written out by hand: academic, junior, right-to-left, and one that tries to be more than text."""

from __future__ import annotations

from tests.corpus.cv.writers.rough import Rough

DELPHINE = Rough(
    text="""
# Dr. Delphine Lefèvre-Çelik
> Lecturer in Plant Physiology
@ Ghent, Belgium | +32 9 555 01 66 | delphine.lefevre@example.be | https://orcid.org/0000-0000-0000-0001
## Academic Positions
** Lecturer, Universiteit Leieland, Ghent\tOctober 2019 – present
- Teach plant physiology to 180 first-year students
- Supervise two doctoral candidates
** Postdoctoral Researcher, Institut Fougère, Orléans\tJanuary 2016 – September 2019
- Measured sap flow in 64 oaks over three summers
## Education
** PhD in Biology, Université de Haute-Brière\t2012 – 2015
** MSc in Botany, Üniversite Boğazyakası\t2010 – 2012
## Grants
Fougère Early Career Grant, 180,000 EUR, 2020
## Publications
Lefèvre-Çelik D, Ødegård S. Sap flow in dry summers. Annals of Imagined Botany 7 (2021) 101–119.
Lefèvre-Çelik D. Roots that wait. Journal of Invented Ecology 3 (2018) 9–30.
Müller Ž, Lefèvre-Çelik D. Stomata by night. Imaginary Plant Letters 12 (2017) 1–8.
## Skills
R, Python, Eddy covariance, Dendrometry
## Languages
French (native), Dutch (C1), English (C2), Turkish (B2)
""",
    basics={
        "name": "Dr. Delphine Lefèvre-Çelik",
        "label": "Lecturer in Plant Physiology",
        "email": "delphine.lefevre@example.be",
        "phone": "+32 9 555 01 66",
        "location": "Ghent, Belgium",
        "url": "https://orcid.org/0000-0000-0000-0001",
    },
    work=(
        (
            "Lecturer",
            "Universiteit Leieland",
            "2019-10",
            "",
            ("Teach plant physiology to 180 first-year students", "Supervise two doctoral candidates"),
        ),
        (
            "Postdoctoral Researcher",
            "Institut Fougère",
            "2016-01",
            "2019-09",
            ("Measured sap flow in 64 oaks over three summers",),
        ),
    ),
    education=(
        ("PhD in Biology", "Université de Haute-Brière", "2012", "2015"),
        ("MSc in Botany", "Üniversite Boğazyakası", "2010", "2012"),
    ),
    skills=("R", "Python", "Eddy covariance", "Dendrometry"),
    languages=("French", "Dutch", "English", "Turkish"),
)

NADIA = Rough(
    text="""
# Nadia Fairweather-Okello
@ Leeds LS6 | 07700 900 218 | nadia.fairweather@example.ac.uk | https://github.com/example-nadia
## Education
** BSc Computer Science (first year of three)\tSept 2025 – present
University of Airebank, Leeds
** A-levels: Mathematics, Physics, Art\tSept 2023 – June 2025
Roundhay Moor Sixth Form
## Experience
** Weekend Sales Assistant\tNov 2023 – present
Chapel Lane Books, Leeds
- Serve about 120 customers on a Saturday
- Set up the second-hand shelf with 600 titles
** Volunteer Coding Tutor\tJan 2025 – July 2025
Leeds Code Shed
- Taught Scratch to 9 children aged 8 to 11
## Projects
A timetable page for the night bus in JavaScript
## Skills
JavaScript, Python, Git, Excel
## Languages
English, Luo
""",
    basics={
        "name": "Nadia Fairweather-Okello",
        "email": "nadia.fairweather@example.ac.uk",
        "phone": "07700 900 218",
        "location": "Leeds LS6",
        "url": "https://github.com/example-nadia",
    },
    work=(
        (
            "Weekend Sales Assistant",
            "Chapel Lane Books",
            "2023-11",
            "",
            ("Serve about 120 customers on a Saturday", "Set up the second-hand shelf with 600 titles"),
        ),
        (
            "Volunteer Coding Tutor",
            "Leeds Code Shed",
            "2025-01",
            "2025-07",
            ("Taught Scratch to 9 children aged 8 to 11",),
        ),
    ),
    education=(
        ("BSc Computer Science (first year of three)", "University of Airebank", "2025-09", ""),
        ("A-levels: Mathematics, Physics, Art", "Roundhay Moor Sixth Form", "2023-09", "2025-06"),
    ),
    skills=("JavaScript", "Python", "Git", "Excel"),
    languages=("English", "Luo"),
)

PILAR = Rough(
    text="""
# Prof. Dr. Pilar Echeverría Nkrumah
> Historikerin
@ Universität Elsterbogen, 04109 Leipzig | 0341 5550 199 | pilar.echeverria@example.de
## Akademischer Werdegang
** Professorin für Wirtschaftsgeschichte\t04/2017 – heute
Universität Elsterbogen, Leipzig
** Akademische Rätin\t10/2010 – 03/2017
Universität Rheinaue, Koblenz
## Ausbildung
** Promotion in Geschichte\t2005 – 2009
Universidad de Valdeluz, Zaragoza
** Magister Geschichte und Romanistik\t1999 – 2005
Universität Rheinaue, Koblenz
## Veröffentlichungen
Echeverría Nkrumah, P.: Salz und Kredit. Leipzig 2019.
Echeverría Nkrumah, P.: Die Zölle von Valdeluz. Archiv für erfundene Geschichte 4 (2014), 1–40.
Echeverría Nkrumah, P.; Thun, H.: Häfen ohne Meer. Zeitschrift für gedachte Räume 9 (2011), 88–120.
## Sprachkenntnisse
Spanisch (Muttersprache), Deutsch (C2), Twi (B1)
""",
    basics={
        "name": "Prof. Dr. Pilar Echeverría Nkrumah",
        "label": "Historikerin",
        "email": "pilar.echeverria@example.de",
        "phone": "0341 5550 199",
        "location": "Universität Elsterbogen, 04109 Leipzig",
    },
    work=(
        ("Professorin für Wirtschaftsgeschichte", "Universität Elsterbogen", "2017-04", "", ()),
        ("Akademische Rätin", "Universität Rheinaue", "2010-10", "2017-03", ()),
    ),
    education=(
        ("Promotion in Geschichte", "Universidad de Valdeluz", "2005", "2009"),
        ("Magister Geschichte und Romanistik", "Universität Rheinaue", "1999", "2005"),
    ),
    languages=("Spanisch", "Deutsch", "Twi"),
    language="de",
)

YAEL = Rough(
    text="""
# יעל ברנדשטיין
> Product Manager
@ Haifa, Israel | +972 4 555 0133 | yael.brandstein@example.co.il
## Experience
** Product Manager, אורות תוכנה בע״מ\tMay 2019 – Present
- Shipped the keyboard for עברית and العربية to 40,000 people
** Support Engineer, Carmel Bay Systems\tJan 2016 – Apr 2019
- Answered 30 letters a day in three languages
## Education
** BSc Industrial Engineering, מכללת הכרמל\t2012 – 2015
## Skills
SQL, Figma, Usability testing
## Languages
Hebrew (native), English (C1), Arabic (B1)
""",
    basics={
        "name": "יעל ברנדשטיין",
        "label": "Product Manager",
        "email": "yael.brandstein@example.co.il",
        "phone": "+972 4 555 0133",
        "location": "Haifa, Israel",
    },
    work=(
        (
            "Product Manager",
            "אורות תוכנה בע״מ",
            "2019-05",
            "",
            ("Shipped the keyboard for עברית and العربية to 40,000 people",),
        ),
        (
            "Support Engineer",
            "Carmel Bay Systems",
            "2016-01",
            "2019-04",
            ("Answered 30 letters a day in three languages",),
        ),
    ),
    education=(("BSc Industrial Engineering", "מכללת הכרמל", "2012", "2015"),),
    skills=("SQL", "Figma", "Usability testing"),
    languages=("Hebrew", "English", "Arabic"),
)

ZAYN = Rough(
    text="""
# زين الخطيب
@ Amman, Jordan | +962 6 555 0177 | zayn.khatib@example.jo
## Profile
Civil engineer for water networks, with drawings in Arabic and English.
## Experience
** Site Engineer, شركة الينابيع\t03/2018 – Present
- Laid 44 km of pipes in two districts
## Education
** BSc Civil Engineering, جامعة الأغوار\t2013 – 2017
## Skills
EPANET, AutoCAD, Civil 3D
""",
    basics={
        "name": "زين الخطيب",
        "email": "zayn.khatib@example.jo",
        "phone": "+962 6 555 0177",
        "location": "Amman, Jordan",
        "summary": "Civil engineer for water networks, with drawings in Arabic and English.",
    },
    work=(("Site Engineer", "شركة الينابيع", "2018-03", "", ("Laid 44 km of pipes in two districts",)),),
    education=(("BSc Civil Engineering", "جامعة الأغوار", "2013", "2017"),),
    skills=("EPANET", "AutoCAD", "Civil 3D"),
)

_TRICKS = (
    '#read("/etc/passwd") and #image("file:///etc/passwd")',
    '<script>fetch("https://evil.example/")</script> &amp; <b>bold</b>',
    "![logo](file:///etc/hostname) and [here](https://evil.example/x)",
    "{{ config }} ${HOME} $(id) %s \\input{/etc/passwd} \\write18{id}",
)


def hostile(name: str, mail: str) -> Rough:
    """Return a CV whose points are mark-up of several languages; all of it is text."""
    points = "\n".join(f"- {trick}" for trick in _TRICKS)
    return Rough(
        text=f"""
# {name}
> Tester of forms
@ Utrecht, Netherlands | +31 30 555 0188 | {mail}
## Experience
** Security Tester, Lek & Kanaal B.V., Utrecht\tMay 2018 – Present
{points}
** Tester, #set text(white) Ltd, Zeist\tJan 2015 – Apr 2018
- Wrote 300 test cases for 4 banks
## Education
** BSc Informatics, Hogeschool Vechtstroom\t2011 – 2014
## Skills
Burp Suite, Python, *emphasis*, $x^2$
""",
        basics={
            "name": name,
            "label": "Tester of forms",
            "email": mail,
            "phone": "+31 30 555 0188",
            "location": "Utrecht, Netherlands",
        },
        work=(
            ("Security Tester", "Lek & Kanaal B.V.", "2018-05", "", _TRICKS),
            ("Tester", "#set text(white) Ltd", "2015-01", "2018-04", ("Wrote 300 test cases for 4 banks",)),
        ),
        education=(("BSc Informatics", "Hogeschool Vechtstroom", "2011", "2014"),),
        skills=("Burp Suite", "Python", "*emphasis*", "$x^2$"),
    )


ROBIN = hostile("Robin Quarrelstone", "robin@example.nl")
WILLEKE = hostile("Willeke Tegenwind", "willeke@example.nl")
