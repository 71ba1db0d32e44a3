"""More made-up people, for CVs that Chromium, LibreOffice and LaTeX write."""

from __future__ import annotations

from tests.corpus.cv.writers.people import Person, job, study

ANOUK = Person(
    name="Anouk Verstraeten",
    label="Paediatric Nurse",
    email="anouk.verstraeten@example.com",
    phone="+44 161 496 0123",
    location="Manchester, United Kingdom",
    url="https://www.linkedin.com/in/example-anouk",
    summary="Nurse with eleven years on children's wards. Looking for a post with teaching and fewer nights.",
    jobs=(
        job(
            "Senior Staff Nurse @ Ashworth Children's Hospital @ Manchester",
            ((2018, 9), None),
            "Coordinate a ward of 22 beds and 14 colleagues on each shift|Wrote the handover sheet that three other wards took over|Train 6 newly qualified nurses a year",
        ),
        job(
            "Staff Nurse @ St Cuthwin Infirmary @ Preston",
            ((2013, 10), (2018, 8)),
            "Cared for up to 7 children per shift after surgery|Checked the medicines cupboard every week for four years",
        ),
    ),
    studies=(
        study(
            "BSc (Hons) Children's Nursing @ University of Lune Valley @ Lancaster",
            (2010, 9),
            (2013, 7),
        ),
    ),
    skills=("Wound care", "Infusion pumps", "EMIS Web", "Paediatric life support"),
    languages=(("English", "fluent"), ("Dutch", "native")),
)

BERTRAM = Person(
    name="Bertram Öhlenschläger",
    label="Elektrotechniker",
    email="b.oehlenschlaeger@example.de",
    phone="+49 40 5550 2217",
    location="Hamburg, Deutschland",
    url="https://www.xing.com/profile/example_bertram",
    summary="Techniker für Energieanlagen mit Freude an Schaltplänen und an der Ausbildung. Sucht eine Stelle mit weniger Reisen.",
    jobs=(
        job(
            "Techniker Netzbetrieb @ Elbkraft Netze GmbH @ Hamburg",
            ((2017, 3), None),
            "Wartung von 48 Umspannwerken nach festem Plan|Einarbeitung von fünf neuen Kollegen|Verringerung der ungeplanten Abschaltungen um 12 % in zwei Jahren",
        ),
        job(
            "Elektroniker für Betriebstechnik @ Werft Süderhafen AG @ Hamburg",
            ((2010, 9), (2017, 2)),
            "Verkabelung von 9 Fähren und 3 Forschungsschiffen|Prüfung ortsveränderlicher Geräte nach DGUV",
        ),
    ),
    studies=(
        study(
            "Staatlich geprüfter Techniker @ Technikerschule Billwerder @ Hamburg",
            (2014, 8),
            (2016, 7),
        ),
        study(
            "Ausbildung zum Elektroniker @ Werft Süderhafen AG @ Hamburg",
            (2007, 8),
            (2010, 8),
        ),
    ),
    skills=("EPLAN", "Siemens S7", "Mittelspannung", "AutoCAD Electrical"),
    languages=(("Deutsch", "Muttersprache"), ("Englisch", "B2"), ("Dänisch", "A2")),
    german=True,
)

EMEKA = Person(
    name="Emeka Okwuosa-Flynn",
    label="Data Analyst",
    email="emeka.okwuosa.flynn@example.org",
    phone="+353 1 555 0199",
    location="Dublin, Ireland",
    url="https://github.com/example-emeka",
    summary="Analyst who turns ticketing and survey data into decisions that people can check for themselves.",
    jobs=(
        job(
            "Data Analyst @ Liffeyside Transit @ Dublin",
            ((2021, 2), None),
            "Rebuilt the monthly punctuality report in dbt and cut its run time from 3 days to 4 hours|Found 1.4 million euro of double refunds in the ticketing data",
        ),
        job(
            "Research Officer @ Institute for Fair Housing @ Cork",
            ((2018, 6), (2021, 1)),
            "Ran two national surveys with 2,300 answers each|Published the code of every figure together with the report",
        ),
        job(
            "Intern @ Kilronan Statistics Office @ Galway",
            ((2017, 6), (2017, 9)),
            "Coded 4,000 free-text answers by hand and documented the rules",
        ),
    ),
    studies=(
        study("MSc Applied Statistics @ Corrib University @ Galway", (2016, 9), (2018, 5)),
        study("BA Economics @ Shannonside College @ Limerick", (2012, 9), (2016, 6)),
    ),
    skills=("Python", "dbt", "SQL", "Tableau", "R"),
    languages=(("English", "native"), ("Igbo", "conversational"), ("Irish", "basic")),
)

GUSTAV = Person(
    name="Gustav Freiherr von Brömsen",
    label="Jurist",
    email="gustav.broemsen@example.net",
    phone="+49 89 5550 4411",
    location="München, Deutschland",
    url="https://example.net/broemsen",
    summary="Jurist mit Schwerpunkt Vergaberecht; prüft Verträge gern vor der Unterschrift statt danach.",
    jobs=(
        job(
            "Syndikusrechtsanwalt @ Isartal Bahntechnik SE @ München",
            ((2019, 1), None),
            "Prüfung von rund 120 Vergabeverfahren im Jahr|Aufbau einer Vertragsdatenbank mit 3.400 Einträgen",
        ),
        job(
            "Rechtsanwalt @ Kanzlei Lindwurm & Partner @ Augsburg",
            ((2015, 5), (2018, 12)),
            "Vertretung von Kommunen in Nachprüfungsverfahren|Vorträge für 15 Landkreise",
        ),
    ),
    studies=(
        study("Zweites Staatsexamen @ Oberlandesgericht München @ München", (2013, 4), (2015, 4)),
        study("Erstes Staatsexamen @ Universität Donauwörth @ Donauwörth", (2007, 10), (2013, 2)),
    ),
    skills=("Vergaberecht", "Vertragsrecht", "DATEV Anwalt", "MS Office"),
    languages=(("Deutsch", "Muttersprache"), ("Englisch", "verhandlungssicher")),
    german=True,
)

FIONA = Person(
    name="Fiona Dubh-Mackay",
    label="Chef de Partie",
    email="fiona.mackay@example.scot",
    phone="0131 496 0808",
    location="Edinburgh, Scotland",
    url="https://instagram.com/example.fiona",
    summary="Cook with a liking for fish, short menus and kitchens in which nobody shouts.",
    jobs=(
        job(
            "Chef de Partie @ The Gannet's Table @ Edinburgh",
            ((2022, 5), None),
            "Run the fish section with two commis for 90 covers a night|Cut waste by 11 % with a daily count",
        ),
        job(
            "Commis Chef @ Hotel Corriemore @ Inverness",
            ((2019, 4), (2022, 4)),
            "Prepared breakfast for 140 guests|Kept the allergen book up to date",
        ),
    ),
    studies=(study("NC Professional Cookery @ Ness Valley College @ Inverness", (2017, 8), (2019, 3)),),
    skills=("Fish butchery", "Pastry basics", "HACCP", "Stock control"),
    languages=(("English", "native"), ("Gaelic", "fluent")),
)

INGRID = Person(
    name="Ingrid Thorvaldsdóttir-Behrens",
    label="Projektleiterin Windenergie",
    email="ingrid.behrens@example.de",
    phone="+49 431 5550 7766",
    location="Kiel, Deutschland",
    url="https://www.linkedin.com/in/example-ingrid",
    summary="Ingenieurin, die Windparks vom ersten Gutachten bis zur Abnahme begleitet und dabei Termine hält.",
    jobs=(
        job(
            "Projektleiterin @ Fördewind Anlagenbau GmbH & Co. KG @ Kiel",
            ((2018, 10), None),
            "Leitung von vier Projekten mit zusammen 86 Anlagen|Abstimmung mit 23 Gemeinden und sechs Behörden|Abschluss von drei Projekten vor dem vereinbarten Termin",
        ),
        job(
            "Planungsingenieurin @ Ingenieurbüro Strandhafer @ Husum",
            ((2013, 1), (2018, 9)),
            "Berechnung von Schattenwurf und Schall für 40 Standorte|Betreuung zweier Abschlussarbeiten",
        ),
    ),
    studies=(
        study("M.Sc. Regenerative Energien @ Hochschule Nordwerft @ Flensburg", (2010, 10), (2012, 11)),
        study("B.Sc. Maschinenbau @ Technische Universität Wakenitz @ Lübeck", (2007, 10), (2010, 9)),
    ),
    skills=("WindPRO", "QGIS", "MS Project", "Immissionsschutz"),
    languages=(("Deutsch", "Muttersprache"), ("Isländisch", "Muttersprache"), ("Englisch", "C1")),
    german=True,
)

KOFI = Person(
    name="Kofi Asante-Whitlock",
    label="Structural Engineer",
    email="kofi.asante@example.com",
    phone="(617) 555-0164",
    location="Boston, MA",
    url="https://example.com/kofi",
    summary="Structural engineer for timber and small bridges; efficient with finite elements and with flat-pack drawings.",
    jobs=(
        job(
            "Structural Engineer @ Pemigewasset Bridge Works Inc. @ Boston, MA",
            ((2016, 7), None),
            "Designed 31 pedestrian bridges of glued timber|Reviewed the offset drawings of five offices|Cut the steel in a typical deck by 14 %",
        ),
        job(
            "Junior Engineer @ Fitch & Fielding LLP @ Hartford, CT",
            ((2013, 8), (2016, 6)),
            "Inspected 60 culverts and classified their defects|Wrote the firm's first finite-element checklist",
        ),
    ),
    studies=(study("MEng Civil Engineering @ Ossipee Institute of Technology @ Concord, NH", (2009, 9), (2013, 6)),),
    skills=("SAP2000", "Revit", "Timber design", "AutoCAD"),
    languages=(("English", "native"), ("Twi", "fluent")),
)

LUCJA = Person(
    name="Łucja Świątkowska-Žižek",
    label="Technical Translator",
    email="lucja.swiatkowska@example.pl",
    phone="+48 12 555 01 77",
    location="Kraków, Poland",
    url="https://example.pl/lucja",
    summary="Translator of manuals for machines, from German and Slovene into Polish and English.",
    jobs=(
        job(
            "Technical Translator @ Biuro Tłumaczeń Źródło @ Kraków",
            ((2014, 2), None),
            "Translated 1.8 million words of manuals for presses and ovens|Built a term base of 9,500 entries shared by 12 translators",
        ),
        job(
            "Documentation Assistant @ Strojarna Češnjevec d.o.o. @ Maribor",
            ((2011, 3), (2014, 1)),
            "Kept four manuals in three languages in step|Tested every instruction on the machine",
        ),
    ),
    studies=(study("MA Applied Linguistics @ Uniwersytet Podgórski @ Kraków", (2006, 10), (2010, 12)),),
    skills=("SDL Trados", "memoQ", "MadCap Flare", "Terminology"),
    languages=(("Polish", "native"), ("Slovene", "native"), ("German", "C2"), ("English", "C1")),
)

MATTEO = Person(
    name="Matteo D'Ambrogio",
    label="Warehouse Team Leader",
    email="matteo.dambrogio@example.it",
    phone="+39 02 5550 1234",
    location="Milan, Italy",
    url="https://www.linkedin.com/in/example-matteo",
    summary="Team leader in chilled logistics. Knows every job in the warehouse because he has done it.",
    jobs=(
        job(
            "Warehouse Team Leader @ FreddoLog S.p.A. @ Milan",
            ((2019, 11), None),
            "Lead 17 pickers on the night shift|Brought picking errors from 9 to 3 in a thousand|Introduced a buddy system for new starters",
        ),
        job(
            "Forklift Operator @ Magazzini Lambro S.r.l. @ Monza",
            ((2015, 3), (2019, 10)),
            "Moved about 220 pallets a shift without an accident|Trained 9 colleagues for the licence",
        ),
        job(
            "Seasonal Picker @ Cascina Verdemare @ Lodi",
            ((2014, 5), (2014, 10)),
            "Picked and packed vegetables for 6 supermarkets",
        ),
    ),
    studies=(study("Diploma in Logistics @ Istituto Tecnico Bicocca Nord @ Milan", (2009, 9), (2014, 4)),),
    skills=("SAP EWM", "Forklift licence", "Shift planning", "HACCP"),
    languages=(("Italian", "native"), ("English", "B2"), ("Romanian", "B1")),
)

OSKAR = Person(
    name="Oskar Düsterloh",
    label="Bäckermeister",
    email="oskar.duesterloh@example.de",
    phone="02381 5550144",
    location="Hamm, Deutschland",
    url="https://example.de/duesterloh",
    summary="Bäckermeister, der Sauerteig führt und Lehrlinge durch die Prüfung bringt.",
    jobs=(
        job(
            "Backstubenleiter @ Mühlenbäckerei Ahseufer e.K. @ Hamm",
            ((2016, 4), None),
            "Leitung einer Backstube mit 11 Beschäftigten|Umstellung von 26 Rezepten auf Langzeitführung",
        ),
        job(
            "Bäckergeselle @ Backhaus Soestbach OHG @ Soest",
            ((2009, 8), (2016, 3)),
            "Herstellung von täglich 1.200 Broten|Anleitung von drei Lehrlingen",
        ),
    ),
    studies=(
        study("Meisterprüfung im Bäckerhandwerk @ Handwerkskammer Hellweg @ Dortmund", (2014, 9), (2015, 6)),
        study("Ausbildung zum Bäcker @ Backhaus Soestbach OHG @ Soest", (2006, 8), (2009, 7)),
    ),
    skills=("Sauerteig", "Dienstplanung", "Ausbildereignung", "HACCP"),
    languages=(("Deutsch", "Muttersprache"), ("Türkisch", "Grundkenntnisse")),
    german=True,
)

SANNA = Person(
    name="Sanna Häkkinen-Rourke",
    label="UX Designer",
    email="sanna.rourke@example.fi",
    phone="+358 9 555 0121",
    location="Helsinki, Finland",
    url="https://example.fi/sanna",
    summary="Designer for public services. Tests with people first and draws afterwards.",
    jobs=(
        job(
            "UX Designer @ Kansalaispalvelut Oy @ Helsinki",
            ((2020, 3), None),
            "Redesigned the parental leave form; calls to the help desk fell by 27 %|Ran 84 usability tests in four cities",
        ),
        job(
            "Interaction Designer @ Studio Revontuli @ Oulu",
            ((2016, 9), (2020, 2)),
            "Designed ticket machines for two bus companies|Mentored three interns",
        ),
    ),
    studies=(study("MA Interaction Design @ Pohjola Design School @ Oulu", (2012, 9), (2016, 6)),),
    skills=("Figma", "HTML", "Accessibility", "User research"),
    languages=(("Finnish", "native"), ("English", "C2"), ("Swedish", "B2")),
)
