"""The table of all doors: for each address of the site, what it leads to, who may open it, and who may send it forms.

A new address without a line here fails ``tests/web/portal/test_doors_matrix.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

from marks import ALL, INSIDE, MEMBERS, OFFICE

__all__ = ["DOORS", "ELSEWHERE", "Door"]

NOBODY: frozenset[str] = frozenset()
SIGNED = ALL - {"visitor"}
RUN = OFFICE | {"chair"}
#: Who sits in the body; the office does not, the administration may all.
ASKED_IN = INSIDE - {"office"}
#: Whoever has any role in the region.
AT_HOME = MEMBERS | INSIDE | {"guest"}


@dataclass(frozen=True, slots=True)
class Door:
    """One address.

    Parameters
    ----------
    of : str
        Kind of the thing it leads to; who may not know of the thing may not open its doors. Empty: the region itself.
    opens : frozenset
        Roles that may look (GET) among those who know of the thing; None where the door takes forms alone.
    posts : frozenset
        Roles that may send a form; None where it takes none.
    deeds : mapping
        Where a page has several buttons: who may press which.
    shows : tuple
        Fields whose marks stand in the answer of everybody who may read them.
    grants : tuple
        Fields that those entitled to the thing read here besides.
    queries : tuple
        What is asked, one request each; the answers count as one.
    fill : tuple
        Values for parts of the address that name no thing.
    shared : bool
        The same answer for everybody: it holds what everybody may read, whoever asks.
    eyes : str
        The role through whose eyes everybody looks who has the address.
    every : bool
        Walk to each thing of the kind; else to one for each circle of readers.
    thin : bool
        The made country may have nothing to say there (400, 404), which is no refusal.
    """

    of: str = ""
    opens: frozenset[str] | None = ALL
    posts: frozenset[str] | None = None
    deeds: dict[str, frozenset[str]] | None = None
    shows: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    queries: tuple[str, ...] = ("",)
    fill: tuple[tuple[str, str], ...] = ()
    shared: bool = False
    eyes: str = ""
    every: bool = False
    thin: bool = False


#: Parts of the site that another test walks, by the beginning of their addresses.
ELSEWHERE = {
    "verwaltung/": "the editing area: tests/web/people/test_roles.py walks it by role and region",
    "konto/": "the reader's own account, of no region: tests/web/people/test_login.py, test_leaving.py",
    "daten-einspielen/": "data of the installation, of no region: tests/web/intake/test_intake.py",
    "media/images/": "pictures of public pages by their unguessable name: tests/web/portal/test_media.py",
    "dokumente/authenticate": "passwords of collections, which Raumwerk does not use",
    "_util/": "passwords of pages and a login of Wagtail's, which Raumwerk does not use",
    "^api/": "says that there is no such address",
    "^ogc/": "says that there is no such address",
}

R, F = "<slug:region>/", "<slug:region>/forum/"
G, A = "<slug:region>/geschaeftsstelle/", "api/v1/regions/<slug:slug>/"
PAGES = ("", *(f"?seite={number}" for number in range(2, 4)))
FOUND = ("body.name", "meeting.title", "news.de.title", "document.title")
ASKED = ("vote.question", "motion.title", "motion.wording", "meeting.title", "item.title.common", "body.name",
         "body.slug", "item.text.common")  # fmt: skip


def _form(of: str, who: frozenset[str]) -> Door:
    return Door(of, opens=who, posts=who)


def _press(of: str, who: frozenset[str]) -> Door:
    return Door(of, opens=None, posts=who)


FORUM = {
    F: Door(shows=("body.name",)),
    F + "neu/": _form("", OFFICE),
    F + "programm/": Door(shows=("milestone.title",)),
    F + "programm/kalender.ics": Door(shows=("milestone.title",)),
    F + "programm/neu/": _form("", OFFICE),
    F + "programm/<int:number>/": _form("milestone of a body", RUN),
    F + "programm/<int:number>/entfernen/": _press("milestone of a body", OFFICE),
    F + "rahmenbedingungen/": Door(shows=("topic.newest.ground",)),
    F + "rahmenbedingungen.csv": Door(shows=("topic.newest.title",)),
    F + "rahmenbedingungen.xlsx": Door(shows=("topic.newest.title",)),
    F + "rahmenbedingungen/neu/": _form("", MEMBERS),
    F + "rahmenbedingungen/<int:number>/": Door("topic"),
    F + "rahmenbedingungen/<int:number>/bearbeiten/": _form("topic", MEMBERS),
    F + "rahmenbedingungen/<int:number>/veroeffentlichen/": _press("topic", OFFICE),
    F + "rahmenbedingungen/<int:number>/beschluesse/": _form("topic", OFFICE),
    F + "sitzungen/": Door(shows=("meeting.title",), queries=PAGES),
    F + "sitzung/<int:number>/": Door("meeting", every=True, posts=SIGNED, deeds={
        "invite": RUN, "cancel": RUN, "open": RUN, "close": RUN, "come": ASKED_IN, "stay": ASKED_IN}),
    F + "sitzung/<int:number>/bearbeiten/": _form("meeting", RUN),
    F + "sitzung/<int:number>/anwesenheit/": Door("meeting", RUN, RUN, deeds=dict.fromkeys(
        ("arrive", "deputy", "excuse", "leave", "guest"), RUN)),
    F + "sitzung/<int:number>/versand/": Door("meeting", RUN, RUN, deeds={"again": OFFICE}),
    F + "sitzung/<int:number>/top/neu/": _form("meeting", RUN),
    F + "sitzung/<int:number>/top/<int:item>/": Door("item", every=True, posts=SIGNED, deeds={
        "up": RUN, "down": RUN, "withdraw": RUN, "conflict": INSIDE}),
    F + "sitzung/<int:number>/top/<int:item>/bearbeiten/": _form("item", RUN),
    F + "sitzung/<int:number>/protokoll/": Door("minutes", every=True, posts=SIGNED, queries=("", "?fassung=1"),
        deeds=dict.fromkeys(("begin", "submit", "taken", "not_taken", "return", "approve", "publish", "renew"), RUN)
        | {"remark": INSIDE}),
    F + "sitzung/<int:number>/protokoll/schreiben/": _form("minutes", RUN),
    F + "sitzung/<int:number>/unterlagen/neu/": _form("meeting", RUN),
    F + "sitzung/<int:number>/top/<int:item>/unterlagen/neu/": _form("item", RUN),
    F + "sitzung/<int:number>/protokoll/unterlagen/neu/": _form("minutes", RUN),
    F + "sitzung/<int:number>/tagesordnung.pdf": Door("meeting", every=True),
    F + "sitzung/<int:number>/protokoll.pdf": Door("minutes", every=True),
    F + "beschluss/<int:number>/beschluss.pdf": Door("published resolution", every=True),
    F + "kalender/": Door(opens=SIGNED, posts=SIGNED),
    F + "kalender/<str:token>.ics": Door("calendar", eyes="chair"),
    F + "<slug:body>/kalender.ics": Door("body"),
    F + "antrag/<int:number>/": Door("motion", every=True, posts=SIGNED, deeds={"withdraw": RUN}),
    F + "antrag/<int:number>/bearbeiten/": _form("motion", RUN),
    F + "antrag/<int:number>/abstimmung/": _form("motion", RUN),
    F + "abstimmung/<int:number>/": Door("vote", every=True, posts=SIGNED, grants=ASKED, deeds=dict.fromkeys(
        ("hand", "open", "close", "publish", "abort"), RUN) | {"cast": ASKED_IN, "partial": ASKED_IN, "over": INSIDE}),
    F + "beschluesse/": Door(shows=("resolution.draft",), queries=PAGES),
    F + "beschluss/<int:number>/": Door("resolution", every=True, posts=SIGNED, deeds={"publish": RUN}),
    F + "beschluss/<int:number>/ergaenzen/": _form("resolution draft", RUN),
    F + "beschluss/<int:number>/weiterleiten/": _form("published resolution", OFFICE),
    F + "beschluss/<int:number>/antwort/<int:forwarding>/": _form("forwarding", OFFICE),
    F + "beschluss/<int:number>/aufgabe/": _form("resolution", RUN),
    F + "aufgaben/": Door(shows=("task.title",), queries=PAGES),
    F + "aufgabe/<int:number>/": Door("task", every=True, posts=SIGNED, deeds=dict.fromkeys(
        ("start_task", "finish_task", "drop_task", "reopen_task"), RUN)),
    F + "aufgabe/<int:number>/bearbeiten/": _form("task", RUN),
    F + "<slug:body>/": Door("body"),
    F + "<slug:body>/sitzungen/neu/": _form("body", RUN),
    F + "<slug:body>/antraege/neu/": _form("body", INSIDE),
    F + "<slug:body>/aufgaben/neu/": _form("body", RUN),
    F + "<slug:body>/geschaeftsordnung/": Door("body"),
    F + "<slug:body>/geschaeftsordnung.pdf": Door("body"),
    F + "<slug:body>/bearbeiten/": _form("body", OFFICE),
    F + "<slug:body>/regeln/": _form("body", OFFICE),
    F + "<slug:body>/aufloesen/": _form("body", OFFICE),
    F + "<slug:body>/verlauf/": Door("body", OFFICE),
    F + "<slug:body>/tisch/": Door("body", MEMBERS | INSIDE),
    F + "<slug:body>/tisch.csv": Door("body", MEMBERS | INSIDE),
    F + "<slug:body>/thema/": _form("body", RUN),
    F + "<slug:body>/sitze/": Door("body", RUN),
    F + "<slug:body>/sitze/neu/": _form("body", RUN),
    F + "<slug:body>/sitze/<int:number>/": Door("seat", RUN, RUN),
}  # fmt: skip
OFFICES = {
    G: Door(opens=OFFICE),
    G + "einladungen/": Door(opens=OFFICE, posts=OFFICE, shows=("invitation.email",)),
    G + "einladungen/<int:number>/erneut/": _press("invitation", OFFICE),
    G + "einladungen/<int:number>/zurueckziehen/": _press("invitation", OFFICE),
    G + "konten/": Door(opens=OFFICE, shows=("person.name",)),
    G + "konten/<int:number>/": _form("membership", OFFICE),
    G + "konten/<int:number>/beenden/": _press("membership", OFFICE),
    G + "organisationen/": Door(opens=OFFICE, shows=("organisation.name",)),
    G + "organisationen/neu/": _form("", OFFICE),
    G + "organisationen/<int:number>/": _form("organisation", OFFICE),
    G + "organisationen/<int:number>/personen/": _press("organisation", OFFICE),
    G + "personen/<int:number>/beenden/": _press("affiliation", OFFICE),
    G + "moderation/": Door(opens=OFFICE, shows=("comment.waiting",)),
    G + "moderation/einstellung/": _press("", OFFICE),
    G + "moderation/<int:number>/": Door("desk", OFFICE, OFFICE, every=True),
    G + "moderation/widerspruch/<int:number>/": _press("appeal", OFFICE),
    G + "postausgang/": Door(opens=OFFICE, shows=("mail.subject", "mail.error", "mass.subject")),
    G + "postausgang/<int:number>/erneut/": _press("mail", OFFICE),
    G + "postausgang/an-viele/neu/": _form("", OFFICE),
    G + "postausgang/an-viele/<int:number>/": _form("mass mail", OFFICE),
    R + "meldungen/": Door(opens=OFFICE, shows=("barrier.text",)),
    R + "meldungen/<int:number>/erledigt/": _press("barrier", OFFICE),
}
SHARED = {
    R + "verzeichnis/": Door(shows=("organisation.name",)),
    R + "verzeichnis/anfragen/": Door(opens=SIGNED, shows=("contact.text",)),
    R + "verzeichnis/anfragen/<int:number>/antwort/": _press("contact to", SIGNED),
    R + "verzeichnis/anfragen/<int:number>/zurueckziehen/": _press("contact from", SIGNED),
    R + "verzeichnis/<int:number>/": Door("organisation"),
    R + "verzeichnis/<int:number>/anfrage/": _press("organisation", AT_HOME),
    R + "verzeichnis/<int:number>/bearbeiten/": _form("own organisation", SIGNED),
    R + "dateien/<int:number>/": Door("file", every=True),
    R + "dateien/<int:number>/<int:version>/": Door("file", fill=(("version", "1"),)),
    R + "dateien/<int:number>/fassungen/": Door("file"),
    R + "notizen/": Door(posts=ALL),
    R + "suche/": Door(shows=FOUND, queries=tuple(f"?q=Leuchtfeuer&seite={number}" for number in range(1, 6))),
    R + "suche/vorschlaege/": Door(queries=("?q=Leuchtf", "?q=Leuchtfeuer")),
    R + "diskussion/neu/": Door(opens=INSIDE | MEMBERS, posts=INSIDE | MEMBERS,
                                queries=("?thing=forum.agendaitem&number={item}",)),
    R + "diskussion/<int:number>/aendern/": _form("comment", frozenset({"office"})),
    R + "diskussion/<int:number>/zurueckziehen/": _press("comment", frozenset({"office"})),
    R + "diskussion/<int:number>/melden/": Door("comment", posts=ALL),
    R + "diskussion/entscheidung/<int:number>/": Door("decision", SIGNED, frozenset({"member"})),
    R + "meine-seite/": Door(opens=SIGNED, shows=("note.text",)),
    R + "meine-seite/folgen/": Door(opens=None, posts=SIGNED, queries=("?thing=forum.agendaitem&number={item}",)),
    R + "meine-seite/gelesen/": _press("", SIGNED),
    R + "meine-seite/benachrichtigungen/": _form("", SIGNED),
    R + "meine-seite/abbestellen/<str:token>/": Door("unsubscribe", posts=ALL),
    R + "belege/neu/": Door(opens=RUN, posts=RUN, queries=("?thing=forum.resolution&number={draft}",)),
    R + "belege/<int:number>/": Door("citation", every=True),
    R + "belege/<int:number>/zuruecknehmen/": _press("open citation", INSIDE),
}  # fmt: skip
KEY = (("key", "91001"),)
#: Of the scenarios there; the administration may do what it may see.
OWNER = frozenset({"member", "administration"})
ATLAS = {
    R + "atlas/": Door(thin=True),
    R + "atlas/pendeln/": Door(thin=True),
    R + "atlas/herkunft/": Door(thin=True),
    R + "daten/": Door(thin=True),
    R + "atlas/wirtschaft/": Door(thin=True),
    R + "atlas/zentren/": Door(thin=True),
    R + "atlas/regionen/": Door(thin=True),
    R + "atlas/szenarien/": Door(thin=True),
    R + "atlas/szenarien/vergleich/": Door(thin=True),
    R + "atlas/szenarien/speichern/": _press("", AT_HOME),
    R + "atlas/szenarien/s/<slug:token>/": Door("scenario"),
    R + "atlas/szenarien/s/<slug:token>/teilen/": _press("scenario", OWNER),
    R + "atlas/szenarien/s/<slug:token>/entfernen/": _press("scenario", OWNER),
    R + "atlas/verfahren/<slug:key>/": Door(thin=True, fill=(("key", "economy"),)),
    R + "atlas/gebiet/<slug:key>/": Door(thin=True, fill=KEY),
    R + "atlas/gebiet/<slug:key>/profil.pdf": Door(thin=True, fill=KEY),
    R + "atlas/auswahl/": Door(thin=True),
    R + "atlas/auswahl/profil.pdf": Door(thin=True, queries=("?gebiete=91001",)),
    R + "einbetten/bild/<slug:key>/": Door(thin=True, fill=(("key", "map"),), queries=("?indicator=population",)),
    R + "einbetten/karte/": Door(thin=True),
    R + "einbetten/pendeln/": Door(thin=True),
    R + "atlas/nebeneinander/": Door(thin=True),
}
SITE = {
    r"^(?P<region>[a-z0-9-]+)/feed/aktuelles\.(?P<kind>rss|atom)$": Door(
        fill=(("kind", "atom"),), shows=("news.de.title", "news.de.slug"), shared=True, queries=("", "?thema=kultur")),
    r"^((?:[\w\-]+/)*)$": Door("news", every=True),
    r"dokumente/^(\d+)/(.*)$": Door("document"),
    "sitemap.xml": Door(shows=("news.de.slug", "news.en.slug"), shared=True),
    "robots.txt": Door(shared=True),
    "healthz": Door(shared=True),
    "barriere-melden/": Door(posts=ALL),
    "barriere-melden/danke/": Door(),
}  # fmt: skip
#: Statistics for machines: no session is asked for, so that everybody gets the same.
ENDINGS = (("form", "csv"), ("sheet", "csv"), ("ending", "ttl"), ("key", "91001"), ("feature", "91001"))
MACHINES = dict.fromkeys(
    (
        "api/v1/releases/", "api/v1/sources/", "api/v1/indicators/", "api/v1/regions/", "api/v1/areas/<str:key>/",
        "api/v1/lineage/", "api/v1/schema/", "api/v1/nation/shapes/", A, A + "shapes/", A + "values/", A + "flows/",
        A + "commuting/", A + "interfaces/", A + "values.<form:form>", A + "flows.<form:form>",
        A + "commuting.<form:form>", A + "interfaces.<form:form>", A + "economy/",
        A + "economy.<sheet:sheet>", A + "functional-regions/", A + "functional-regions.<sheet:sheet>",
        A + "centres/", A + "centres.<sheet:sheet>", A + "place/", A + "profile/", A + "profile.<tableform:form>",
        A + "scenarios/", A + "scenarios.<sheet:sheet>", "ogc/", "ogc",
        "ogc/api", "ogc/conformance", "ogc/collections", "ogc/collections/<slug:key>",
        "ogc/collections/<slug:key>/queryables", "ogc/collections/<slug:key>/items",
        "ogc/collections/<slug:key>/items/<str:feature>", "dcat/", "dcat/catalog.<serialisation:ending>",
    ),
    Door(fill=ENDINGS, shared=True, thin=True),
)  # fmt: skip
PICTURES = dict.fromkeys(
    (
        *(
            f"{A}{name}.<image:form>"
            for name in ("age", "histogram", "locator", "scatter", "sectors", "trend", "trends", "two-maps")
        ),
        A + "scenario-comparison/", A + "scenario-comparison.<form:form>",
    ),
    Door(fill=(("form", "svg"),), shared=True, thin=True),
)  # fmt: skip
DOORS = FORUM | OFFICES | SHARED | ATLAS | SITE | MACHINES | PICTURES
