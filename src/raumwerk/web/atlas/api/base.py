"""What every answer of the API has in common: language, release, checked parameters, ETag, caching."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from raumwerk.web.atlas.api.params import CommonParams
from raumwerk.web.atlas.api.problems import handle
from raumwerk.web.atlas.queries.release import AtlasRelease, atlas_release

__all__ = ["AtlasView", "conditional", "json_response"]

#: A pinned release never changes, so its answers may be kept for good; others are asked for again each time.
PINNED, CURRENT = "public, max-age=31536000, immutable", "public, no-cache"


class OneFormat(BaseContentNegotiation):
    """The address alone decides the format, so that links work from everywhere."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        return JSONRenderer(), JSONRenderer.media_type


class AtlasView(APIView):
    """A GET question to one release. Subclasses return a dict or a whole response from ``answer``."""

    params: type[serializers.Serializer] = CommonParams
    content_negotiation_class = OneFormat
    http_method_names = ["get", "head", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        lang = request.GET.get("lang", "")
        with translation.override(lang if lang in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
            return super().dispatch(request, *args, **kwargs)

    def get_exception_handler(self) -> Any:
        return handle

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        """Check the parameters, ask the release, and answer with an ETag."""
        asked = self.checked(request.query_params)
        atlas = atlas_release(asked.get("release"))
        answer = self.answer(atlas, asked, **kwargs)
        response = answer if isinstance(answer, HttpResponse) else json_response(answer)
        response.headers["Cache-Control"] = PINNED if "release" in asked else CURRENT
        response.headers["X-Raumwerk-Release"] = atlas.id
        return conditional(request._request, response, atlas.id)

    def checked(self, query: QueryDict) -> dict[str, Any]:
        """Parameters after every check; unknown ones are refused, so that a typing error does not go unnoticed."""
        asked = self.params(data=self.given(query))
        unknown = sorted(set(query) - set(asked.fields))
        if unknown:
            message = gettext("is no parameter of this question; possible are: %(known)s")
            raise serializers.ValidationError(
                {name: [message % {"known": ", ".join(asked.fields)}] for name in unknown}
            )
        asked.is_valid(raise_exception=True)
        valid: dict[str, Any] = asked.validated_data
        return valid

    def given(self, query: QueryDict) -> dict[str, Any]:
        """Parameters as the address gives them; of one that is repeated the last counts."""
        return query.dict()

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        """Content of the answer."""
        raise NotImplementedError  # every question has its own answer


def json_response(content: Any) -> HttpResponse:
    """JSON in UTF-8; a number that JSON does not know (NaN) is an error of ours, not something to send."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return HttpResponse(body, content_type="application/json")


def conditional(request: HttpRequest, response: HttpResponse, release: str) -> HttpResponse:
    """Mark the answer with an ETag of release and content; 304 when the reader has it already."""
    etag = f'"{release}-{hashlib.sha256(response.content).hexdigest()[:16]}"'
    response.headers["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response
