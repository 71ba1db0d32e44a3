"""The people of the corpus. None of them exists; addresses are of domains that are reserved for examples."""

from __future__ import annotations

from dataclasses import dataclass

Month = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One position. `end` is None where it goes on; month 0 is not given."""

    position: str
    employer: str
    city: str
    start: Month
    end: Month | None
    bullets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One course of study."""

    study: str
    institution: str
    city: str
    start: Month
    end: Month


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Everything that a CV of the corpus says."""

    name: str
    label: str
    email: str
    phone: str
    location: str
    url: str
    summary: str
    jobs: tuple[Job, ...]
    studies: tuple[Study, ...]
    skills: tuple[str, ...]
    languages: tuple[tuple[str, str], ...]
    german: bool = False


def _bullets(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|"))


def job(head: str, span: tuple[Month, Month | None], bullets: str) -> Job:
    """Make a job of `position @ employer @ city`."""
    position, employer, city = (part.strip() for part in head.split("@"))
    return Job(position=position, employer=employer, city=city, start=span[0], end=span[1], bullets=_bullets(bullets))


def study(head: str, start: Month, end: Month) -> Study:
    """Make a course of study of `study @ institution @ city`."""
    title, institution, city = (part.strip() for part in head.split("@"))
    return Study(study=title, institution=institution, city=city, start=start, end=end)


MARA = Person(
    name="Mara Quillfeather",
    label="Senior Software Engineer",
    email="mara.quillfeather@example.com",
    phone="+44 20 7946 0018",
    location="Bristol, United Kingdom",
    url="https://github.com/example-mara",
    summary="Backend engineer with nine years of experience in payment systems. Likes small services, plain queues and numbers that can be checked.",
    jobs=(
        job(
            "Senior Software Engineer @ Tidewater Payments Ltd @ Bristol",
            ((2020, 4), None),
            "Cut the settlement batch from 6 hours to 35 minutes by partitioning the ledger|Led 4 engineers through the move from a monolith to 7 services|Reduced failed card payments by 18 % with idempotent retries",
        ),
        job(
            "Software Engineer @ Lanternfish Systems @ Cardiff",
            ((2016, 9), (2020, 3)),
            "Built a reconciliation service in Python that handles 2 million rows a day|Wrote the test harness that 3 other teams adopted",
        ),
    ),
    studies=(study("BSc Computer Science @ University of Northmere @ Northmere", (2013, 9), (2016, 6)),),
    skills=("Python", "PostgreSQL", "Kafka", "Docker", "Terraform"),
    languages=(("English", "native"), ("French", "B2")),
)

TOBIAS = Person(
    name="Tobias Grünwasser",
    label="Projektleiter Anlagenbau",
    email="t.gruenwasser@example.org",
    phone="+49 351 5550142",
    location="Dresden",
    url="https://www.linkedin.com/in/example-gruenwasser",
    summary="Projektleiter mit zwölf Jahren Erfahrung im Anlagenbau, davon fünf Jahre mit Verantwortung für Budgets über 4 Mio. Euro.",
    jobs=(
        job(
            "Projektleiter @ Elbtal Anlagenbau GmbH @ Dresden",
            ((2018, 2), None),
            "Leitung von 6 Projekten mit einem Volumen von 14 Mio. Euro|Einführung eines Änderungsprozesses, der Nachträge um 22 % senkte",
        ),
        job(
            "Konstrukteur @ Weißbach Maschinenfabrik AG @ Chemnitz",
            ((2012, 10), (2018, 1)),
            "Konstruktion von 40 Förderanlagen in SolidWorks|Betreuung von drei Auszubildenden",
        ),
    ),
    studies=(study("Diplom Maschinenbau @ Technische Universität Elbstadt @ Elbstadt", (2006, 10), (2012, 7)),),
    skills=("SolidWorks", "MS Project", "SAP", "AutoCAD"),
    languages=(("Deutsch", "Muttersprache"), ("Englisch", "verhandlungssicher")),
    german=True,
)

PRIYA = Person(
    name="Priya Vellathur",
    label="Data Analyst",
    email="priya.v@example.net",
    phone="+1 (555) 010-7734",
    location="Portland, OR",
    url="https://priya.example.net",
    summary="Analyst who turns messy operational data into decisions that stick.",
    jobs=(
        job(
            "Data Analyst @ Copperline Logistics Inc. @ Portland",
            ((2021, 6), None),
            "Modelled delivery delays and saved 310,000 dollars a year in penalties|Automated 12 weekly reports with SQL and dbt",
        ),
        job(
            "Junior Analyst @ Wrenfield Retail Group @ Seattle",
            ((2019, 1), (2021, 5)),
            "Built the first dashboard of store returns in Tableau|Trained 25 store managers to read it",
        ),
        job(
            "Research Assistant @ Hollowbrook Institute @ Seattle",
            ((2017, 9), (2018, 12)),
            "Cleaned survey data of 4,200 households",
        ),
    ),
    studies=(
        study("MSc Statistics @ Hollowbrook University @ Seattle", (2016, 9), (2018, 6)),
        study("BA Economics @ Fernleigh College @ Salem", (2012, 9), (2016, 5)),
    ),
    skills=("SQL", "Python", "dbt", "Tableau", "Excel", "R"),
    languages=(("English", "fluent"), ("Tamil", "native")),
)

SZYMON = Person(
    name="Szymon Wróblewicz",
    label="DevOps Engineer",
    email="szymon@wroblewicz.example",
    phone="+48 22 555 01 93",
    location="Kraków, Poland",
    url="https://gitlab.com/example-szymon",
    summary="Platform engineer. Keeps clusters boring.",
    jobs=(
        job(
            "DevOps Engineer @ Żubr Cloud Sp. z o.o. @ Kraków",
            ((2019, 3), None),
            "Moved 60 services to Kubernetes without planned downtime|Brought the mean time to recovery from 47 to 9 minutes",
        ),
        job(
            "System Administrator @ Nordlys Hosting AS @ Bergen",
            ((2014, 8), (2019, 2)),
            "Ran 400 Linux hosts with Ansible|Replaced a paper change log by merge requests",
        ),
    ),
    studies=(study("MSc Telecommunications @ Politechnika Wawelska @ Kraków", (2009, 10), (2014, 6)),),
    skills=("Kubernetes", "Ansible", "Linux", "Prometheus", "Go"),
    languages=(("Polish", "native"), ("English", "C1"), ("Norwegian", "A2")),
)

LEONIE = Person(
    name="Leonie Haselstrauch",
    label="Gesundheits- und Krankenpflegerin",
    email="leonie.haselstrauch@example.de",
    phone="0171 5550168",
    location="Kiel",
    url="https://leonie.example.de",
    summary="Examinierte Pflegerin mit Schwerpunkt Intensivstation und Praxisanleitung.",
    jobs=(
        job(
            "Stationsleitung @ Klinikum Fördeblick @ Kiel",
            ((2021, 1), None),
            "Verantwortung für 28 Pflegekräfte und 32 Betten|Senkung der Überstunden um 15 % durch neuen Dienstplan",
        ),
        job(
            "Krankenpflegerin @ Krankenhaus Sankt Ansgarius @ Lübeck",
            ((2014, 4), (2020, 12)),
            "Pflege auf der Intensivstation mit 12 Betten|Anleitung von 9 Auszubildenden",
        ),
    ),
    studies=(
        study(
            "Ausbildung zur Gesundheits- und Krankenpflegerin @ Pflegeschule Holstentor @ Lübeck", (2011, 4), (2014, 3)
        ),
    ),
    skills=("Intensivpflege", "Praxisanleitung", "Wundmanagement", "Dienstplanung"),
    languages=(("Deutsch", "Muttersprache"), ("Dänisch", "Grundkenntnisse")),
    german=True,
)

AMARA = Person(
    name="Amara Okonjo-Bell",
    label="Marketing Manager",
    email="amara@okonjo-bell.example",
    phone="+44 113 496 0007",
    location="Leeds",
    url="https://www.linkedin.com/in/example-amara",
    summary="Brand and growth marketer for consumer goods, from a first survey to the shelf.",
    jobs=(
        job(
            "Marketing Manager @ Brambleway Foods plc @ Leeds",
            ((2018, 5), None),
            "Grew online sales from 1.1 to 3.4 million pounds in three years|Managed a budget of 900,000 pounds and 5 people",
        ),
        job(
            "Brand Executive @ Saltmarsh & Daughters @ York",
            ((2015, 2), (2018, 4)),
            "Launched 8 products in two countries|Negotiated 14 supplier contracts",
        ),
    ),
    studies=(study("BA Marketing @ Ravensworth University @ Ravensworth", (2011, 9), (2014, 7)),),
    skills=("Market research", "SEO", "Google Analytics", "Copywriting"),
    languages=(("English", "native"), ("Igbo", "conversational")),
)

JONAS = Person(
    name="Dr. Jonas Feldlerche",
    label="Wissenschaftlicher Mitarbeiter",
    email="jonas.feldlerche@example.edu",
    phone="+49 (0)89 5550-117",
    location="München",
    url="https://feldlerche.example.edu",
    summary="Physiker mit Schwerpunkt Messtechnik und Datenauswertung.",
    jobs=(
        job(
            "Wissenschaftlicher Mitarbeiter @ Institut für Präzisionsmessung @ München",
            ((2017, 5), None),
            "Aufbau eines Messplatzes mit 32 Kanälen|Betreuung von 11 Abschlussarbeiten",
        ),
        job(
            "Entwicklungsingenieur @ Sensorwerk Isar GmbH @ Freising",
            ((2013, 8), (2017, 4)),
            "Entwicklung eines Drucksensors bis zur Serie|Verkürzung der Kalibrierung von 40 auf 12 Minuten",
        ),
    ),
    studies=(
        study("Promotion Physik @ Universität Alpenrand @ Alpenrand", (2009, 10), (2013, 7)),
        study("Diplom Physik @ Universität Alpenrand @ Alpenrand", (2004, 10), (2009, 9)),
    ),
    skills=("Python", "LabVIEW", "MATLAB", "C++"),
    languages=(("Deutsch", "Muttersprache"), ("Englisch", "C2"), ("Spanisch", "B1")),
    german=True,
)

NOOR = Person(
    name="Noor Al-Tamarind",
    label="UX Designer",
    email="noor.altamarind@example.com",
    phone="+971 4 555 0186",
    location="Dubai, UAE",
    url="https://noor-designs.example.com",
    summary="Designer of forms that people finish.",
    jobs=(
        job(
            "UX Designer @ Dhow Digital FZ @ Dubai",
            ((2022, 2), None),
            "Raised the completion of a visa form from 54 to 81 %|Set up a library of 120 components",
        ),
        job(
            "Visual Designer @ Studio Marigold @ Amman",
            ((2018, 7), (2022, 1)),
            "Designed 30 brand identities|Ran usability tests with 140 people",
        ),
    ),
    studies=(study("Bachelor of Design @ Petra School of Arts @ Amman", (2014, 9), (2018, 6)),),
    skills=("Figma", "User research", "Prototyping", "HTML", "CSS"),
    languages=(("Arabic", "native"), ("English", "fluent")),
)

HENRIK = Person(
    name="Henrik Sundbergsen",
    label="Financial Controller",
    email="henrik.sundbergsen@example.com",
    phone="+47 55 55 01 44",
    location="Oslo, Norway",
    url="https://www.linkedin.com/in/example-henrik",
    summary="Controller with fifteen years in shipping and energy.",
    jobs=(
        job(
            "Financial Controller @ Fjordline Energy ASA @ Oslo",
            ((2015, 11), None),
            "Shortened the monthly close from 9 to 4 days|Introduced forecasts for 23 cost centres",
        ),
        job(
            "Accountant @ Havørn Shipping @ Stavanger",
            ((2009, 1), (2015, 10)),
            "Kept the books of 6 vessels|Prepared 7 audits without remarks",
        ),
    ),
    studies=(
        study("Master of Science in Accounting @ Skagerrak Business School @ Kristiansand", (2004, 8), (2008, 12)),
    ),
    skills=("IFRS", "SAP", "Power BI", "Excel"),
    languages=(("Norwegian", "native"), ("English", "fluent"), ("German", "basic")),
)

CLEO = Person(
    name="Cleo Marchbanks",
    label="Primary School Teacher",
    email="cleo.marchbanks@example.org",
    phone="01632 960 233",
    location="Durham",
    url="https://cleo.example.org",
    summary="Teacher of mixed classes with a love of mathematics and of quiet children.",
    jobs=(
        job(
            "Teacher @ Larkhill Primary School @ Durham",
            ((2016, 9), None),
            "Taught classes of 30 pupils aged 7 to 9|Raised reading results by 12 points in two years",
        ),
        job(
            "Teaching Assistant @ Oakmoor Academy @ Sunderland",
            ((2014, 9), (2016, 7)),
            "Supported 6 children with special needs",
        ),
    ),
    studies=(
        study("Postgraduate Certificate in Education @ Wearmouth University @ Wearmouth", (2015, 9), (2016, 6)),
        study("BA English Literature @ Wearmouth University @ Wearmouth", (2011, 9), (2014, 6)),
    ),
    skills=("Lesson planning", "Phonics", "Safeguarding"),
    languages=(("English", "native"), ("Welsh", "basic")),
)
