"""Scenarios: the page with its levers, saving and sharing, and the comparison of several."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from raumwerk.errors import ConflictError, InputError, MissingError, Problem
from raumwerk.web.atlas.actions.scenarios import remove_scenario, save_scenario, share_scenario
from raumwerk.web.atlas.models import SavedScenario, ScenarioVisibility
from raumwerk.web.atlas.queries.planning.analysis import Table
from raumwerk.web.atlas.queries.planning.params import Case, State, as_text, read_state
from raumwerk.web.atlas.queries.planning.questions import QUESTIONS
from raumwerk.web.atlas.queries.planning.scenarios import WEIGHTS
from raumwerk.web.atlas.queries.planning.scenarios_view import comparison_of
from raumwerk.web.atlas.queries.release import atlas_release
from raumwerk.web.atlas.queries.saved import own_scenarios, scenario_by_token, shared_scenarios
from raumwerk.web.atlas.views.frame import Page, atlas_page, crumbs
from raumwerk.web.atlas.views.planning import (
    FORM_NAMES,
    answered,
    control_groups,
    forms_of,
    planning_context,
)
from raumwerk.web.kit.problems import sentence, worded
from raumwerk.web.people.models import Person
from raumwerk.web.regions.shortcuts import RegionRequest, region_view

__all__ = ["compare_page", "removed", "saved", "scenario_link", "scenarios_page", "shared"]

MOST_COMPARED = 4


@atlas_page
def scenarios_page(page: Page) -> HttpResponse:
    """``/<region>/atlas/szenarien/``: levers, and what they change."""
    if not page.has_areas:
        return page.missing()
    question = QUESTIONS["scenarios"]
    answer = answered(page, question, page.request.GET)
    context = planning_context(page, question, answer)
    request = cast(RegionRequest, page.request)
    person = request.user
    context |= {
        "name": page.request.GET.get("name", "")[:80],
        "made_with": page.request.GET.get("version", "")[:20],
        "own": own_scenarios(request.region, person),
        "shared": shared_scenarios(request.region, person),
        "may_save": person.is_authenticated and person.has_perm("atlas.save_scenario", request.region),
        "visibilities": ScenarioVisibility.choices,
        "asked": urlencode(as_text(question.params, answer.state)),
        "compare_url": page.url("scenarios-compare"),
        "back": page.request.get_full_path(),
    }
    return page.render("atlas/scenarios.html", context, status=answer.status)


@region_view
def scenario_link(request: RegionRequest, token: str) -> HttpResponse:
    """``…/szenarien/s/<token>/``: lead to the levers of a saved scenario, for its release."""
    try:
        scenario = scenario_by_token(request.region, token, request.user)
    except MissingError as error:
        raise Http404 from error
    response = redirect(f"{_page_of(request)}?{urlencode(_address(scenario))}")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _address(scenario: SavedScenario) -> dict[str, str]:
    named = {"release": scenario.release, "version": scenario.code_version, "name": scenario.name}
    return {**scenario.parameters, **named}


def _page_of(request: RegionRequest) -> str:
    return reverse("atlas:scenarios", kwargs={"region": request.region.slug})


def _deed(view: Callable[..., None]) -> Callable[..., HttpResponse]:
    """A deed of a signed-in person; what goes wrong is told on the page they come from."""

    @login_required
    @region_view
    @require_POST
    @wraps(view)
    def done(request: RegionRequest, **kwargs: Any) -> HttpResponse:
        try:
            view(request, **kwargs)
        except InputError as error:
            for problem in map(worded, error.problems):
                messages.error(request, f"{problem.what} ({problem.expected})" if problem.expected else problem.what)
        except ConflictError as error:
            messages.error(request, sentence(error))
        except MissingError as error:
            raise Http404 from error
        query = request.POST.get("asked", "")[:4000]
        return redirect(
            f"{_page_of(request)}?{urlencode(parse_qsl(query))}#saved" if query else f"{_page_of(request)}#saved"
        )

    return done


@_deed
def saved(request: RegionRequest) -> None:
    """Keep the levers that the form names."""
    if not request.user.has_perm("atlas.save_scenario", request.region):
        raise PermissionDenied
    atlas = atlas_release(request.POST.get("release"))
    params = QUESTIONS["scenarios"].params
    given = dict(parse_qsl(request.POST.get("asked", "")[:4000]))
    state, problems = read_state(params, given, atlas=atlas, region=atlas.region(request.region.slug))
    if problems:
        raise InputError(Problem(text, column=name) for name, text in problems.items())
    scenario = save_scenario(
        request.region,
        by=cast(Person, request.user),
        name=request.POST.get("name", ""),
        visibility=request.POST.get("visibility", ""),
        release=atlas.id,
        parameters=as_text(params, state),
    )
    messages.success(request, gettext("“%(name)s” is saved.") % {"name": scenario.name})


@_deed
def shared(request: RegionRequest, token: str) -> None:
    """Change who may open a scenario."""
    scenario = _own(request, token)
    share_scenario(scenario, by=cast(Person, request.user), visibility=request.POST.get("visibility", ""))
    messages.success(request, gettext("Who may open “%(name)s” is changed.") % {"name": scenario.name})


@_deed
def removed(request: RegionRequest, token: str) -> None:
    """Remove a scenario."""
    scenario = _own(request, token)
    remove_scenario(scenario, by=cast(Person, request.user))
    messages.success(request, gettext("“%(name)s” is removed.") % {"name": scenario.name})


def _own(request: RegionRequest, token: str) -> SavedScenario:
    scenario = scenario_by_token(request.region, token, request.user)
    if not request.user.has_perm("atlas.change_saved_scenario", scenario):
        raise PermissionDenied
    return scenario


@atlas_page
def compare_page(page: Page) -> HttpResponse:
    """``…/szenarien/vergleich/?s=…&s=…``: up to four scenarios beside today, and how two groups rank them.

    Each ``s`` is the address of a scenario (with its ``name``), or ``@`` and the token of a saved one.
    """
    if not page.has_areas:
        return page.missing()
    asked = [text for text in page.request.GET.getlist("s") if text]
    weights, problems = read_state(WEIGHTS, page.request.GET, atlas=page.atlas, region=page.region)
    notes: list[str] = []
    if len(asked) > MOST_COMPARED:
        problems["s"] = gettext("At most %(most)s scenarios can be compared; the first ones are shown.") % {
            "most": MOST_COMPARED
        }
        asked = asked[:MOST_COMPARED]
    cases: dict[str, Case] = {}
    gone = False
    for number, text in enumerate(asked, start=1):
        try:
            name, state = _scenario(page, text, number, problems, notes)
        except MissingError as error:
            problems[f"s{number}"] = gettext("Scenario %(number)s") % {"number": number} + ": " + sentence(error)
            gone = True
            continue
        while name in cases or name == gettext("Today"):
            name = f"{name} ({number})"
        cases[name] = Case(page.atlas, page.region, state, page.lang)
    context = _comparison(page, cases, weights, problems)
    context |= {
        "crumbs": crumbs(
            page,
            (gettext("Atlas"), page.url("map")),
            (gettext("Scenarios"), page.url("scenarios")),
            (gettext("Comparison"), ""),
        ),
        "asked": asked,
        "notes": notes,
        "problems": problems,
        "groups": control_groups(page, WEIGHTS, weights, problems),
        "scenarios_url": page.url("scenarios"),
    }
    return page.render("atlas/compare.html", context, status=404 if gone else 400 if problems else 200)


def _scenario(page: Page, text: str, number: int, problems: dict[str, str], notes: list[str]) -> tuple[str, State]:
    """Name and state of one scenario of the address."""
    request = cast(RegionRequest, page.request)
    given: Mapping[str, str] = dict(parse_qsl(text[:4000].removeprefix("?")))
    if text.startswith("@"):
        given = _address(scenario_by_token(request.region, text[1:40], request.user))
    if given.get("release") not in (None, page.atlas.id):
        notes.append(
            gettext("“%(name)s” was made with release %(old)s and is computed anew with %(new)s here.")
            % {"name": given.get("name", number), "old": given["release"][:20], "new": page.atlas.id}
        )
    params = QUESTIONS["scenarios"].params
    state, wrong = read_state(params, given, atlas=page.atlas, region=page.region)
    problems |= {f"s{number} {name}": told for name, told in wrong.items()}
    return given.get("name", "")[:80] or gettext("Scenario %(number)s") % {"number": number}, state


def _comparison(page: Page, cases: Mapping[str, Case], weights: State, problems: dict[str, str]) -> dict[str, Any]:
    if not cases:
        return {"tables": [], "pictures": [], "judged": None}
    try:
        found = comparison_of(cases, weights)
    except InputError as error:
        told = [worded(each) for each in error.problems]
        problems |= {f"rule {number}": f"{each.what} ({each.expected})" for number, each in enumerate(told)}
        return {"tables": [], "pictures": [], "judged": None}
    first = next(iter(found.views.values()))
    return {
        "analysis": first,
        "tables": found.tables,
        "areas": found.areas,
        "judged": found.judged,
        "pictures": list(found.views.items()),
        **_files(page, cases, weights, [*found.tables, found.areas]),
        "attribution": page.credits(first.files),
        "accuracy": page.atlas.accuracy(page.lang),
    }


def _files(page: Page, cases: Mapping[str, Case], weights: State, tables: Sequence[Table]) -> dict[str, Any]:
    """Files of the comparison; saved scenarios stand in their addresses by their levers, so nobody needs a right."""
    params = QUESTIONS["scenarios"].params
    asked = {
        **as_text(WEIGHTS, weights),
        "s": [urlencode({**as_text(params, case.state), "name": name}) for name, case in cases.items()],
    }

    def address(name: str, more: Mapping[str, str], **path: str) -> str:
        query = urlencode({**asked, **more, "lang": page.lang, "release": page.atlas.id}, doseq=True)
        return f"{reverse(name, kwargs={'slug': page.region.slug, **path})}?{query}"

    files = [
        (table.title, [(FORM_NAMES[form], address("api-scenario-comparison-file", {"table": table.key}, form=form))
                       for form in forms_of(table)])
        for table in tables
    ]  # fmt: skip
    return {
        "picture": page.pictures("scenario-comparison", asked),
        "files": files,
        "api_url": address("api-scenario-comparison", {}),
    }
