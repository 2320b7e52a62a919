"""Errors as people and programs see them: a status, a stable code and one sentence (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from controller.errors import ControllerError
from controller.speech.errors import SpeechError
from controller.web.language import COOKIE, Language, preferred, translate, translate_finished
from schedules.errors import ScheduleError

MEDIA_TYPE = "application/problem+json"

log = logging.getLogger(__name__)


def language_of(request: Request) -> Language:
    return preferred(request.headers.get("accept-language"), request.cookies.get(COOKIE))


def problem(
    status: int, code: str, sentence: str, field: str | None = None, errors: Sequence[Mapping[str, object]] = ()
) -> JSONResponse:
    """`errors`: each part that is wrong, where the request has many."""
    body: dict[str, object] = {"type": f"urn:loa:problem:{code}", "status": status, "code": code, "detail": sentence}
    if field:
        body["field"] = field
    if errors:
        body["errors"] = list(errors)
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE)


AsPage = Callable[[Request, int, str, str], Response | None]
"""The page that says a sentence, with its status and code, to the person who asks; None where a program asks."""


def answer_with_problems(app: FastAPI, as_page: AsPage) -> None:
    """Registers what turns each family of errors into an answer."""

    def answer(request: Request, status: int, code: str, sentence: str, field: str | None = None) -> Response:
        return as_page(request, status, code, sentence) or problem(status, code, sentence, field)

    @app.exception_handler(ControllerError)
    async def ours(request: Request, error: ControllerError) -> Response:
        sentence = translate(error.text, language_of(request), **error.values)
        made = answer(request, error.status, error.code, sentence, error.field)
        if made.status_code == 401:
            made.headers["WWW-Authenticate"] = "Bearer"
        return made

    @app.exception_handler(ScheduleError)
    async def schedule(request: Request, error: ScheduleError) -> Response:
        return answer(request, 422, error.code, translate_finished(str(error), language_of(request)), "when")

    @app.exception_handler(SpeechError)
    async def speech(request: Request, error: SpeechError) -> Response:
        return answer(request, 422, error.code, translate_finished(str(error), language_of(request)))

    @app.exception_handler(RequestValidationError)
    async def shape(request: Request, error: RequestValidationError) -> Response:
        status, code, sentence, field = _misshapen(language_of(request), error)
        return answer(request, status, code, sentence, field)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        code, sentence = unanswerable(language_of(request), error.status_code)
        return answer(request, error.status_code, code, sentence)

    @app.exception_handler(Exception)
    async def fault(request: Request, error: Exception) -> Response:
        log.error("fault at %s %s", request.method, request.url.path, exc_info=error)
        sentence = translate("Something went wrong here; it has been written down.", language_of(request))
        return answer(request, 500, "fault", sentence)


def unanswerable(language: Language, status: int) -> tuple[str, str]:
    """Code and sentence."""
    if status == 404:
        return "not-found", translate("There is nothing at this address.", language)
    if status == 405:
        return "wrong-method", translate("This address does not take that kind of request.", language)
    if status == 413:
        return "too-large", translate("This request brings more along than is allowed.", language)
    return "http", translate("The request cannot be read.", language)


def _misshapen(language: Language, error: RequestValidationError) -> tuple[int, str, str, str | None]:
    """Status, code, sentence and field."""
    first = error.errors()[0]
    kind, where = str(first.get("type")), first.get("loc", ())
    if kind == "json_invalid":
        return 400, "not-json", translate("The body of the request is not JSON.", language), None
    field = ".".join(str(part) for part in where[1:]) or "body"
    if kind == "missing":
        return 422, "missing", translate("The field {field} is missing.", language, field=field), field
    sentence = translate("The field {field} cannot be used as it is.", language, field=field)
    if language is Language.ENGLISH:  # the library explains itself in English only
        sentence = f"{sentence} ({first.get('msg')})"
    return 422, "bad-field", sentence, field
