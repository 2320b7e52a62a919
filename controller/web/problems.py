"""Errors as people and programs see them: a status, a stable code and one sentence (RFC 9457)."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from controller.errors import ControllerError
from controller.speech.errors import SpeechError
from controller.web.language import COOKIE, Language, preferred, translate
from schedules.errors import ScheduleError

MEDIA_TYPE = "application/problem+json"

log = logging.getLogger(__name__)


def language_of(request: Request) -> Language:
    return preferred(request.headers.get("accept-language"), request.cookies.get(COOKIE))


def problem(status: int, code: str, sentence: str, field: str | None = None) -> JSONResponse:
    body = {"type": f"urn:loa:problem:{code}", "status": status, "code": code, "detail": sentence}
    if field:
        body["field"] = field
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE)


def answer_with_problems(app: FastAPI) -> None:
    """Registers what turns each family of errors into an answer."""

    @app.exception_handler(ControllerError)
    async def ours(request: Request, error: ControllerError) -> Response:
        sentence = translate(error.text, language_of(request), **error.values)
        answer = problem(error.status, error.code, sentence, error.field)
        if error.status == 401:
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    @app.exception_handler(ScheduleError)
    async def schedule(request: Request, error: ScheduleError) -> Response:
        return problem(422, error.code, translate(str(error), language_of(request)), "when")

    @app.exception_handler(SpeechError)
    async def speech(request: Request, error: SpeechError) -> Response:
        return problem(422, error.code, translate(str(error), language_of(request)))

    @app.exception_handler(RequestValidationError)
    async def shape(request: Request, error: RequestValidationError) -> Response:
        return _misshapen(language_of(request), error)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        language = language_of(request)
        if error.status_code == 404:
            return problem(404, "not-found", translate("There is nothing at this address.", language))
        if error.status_code == 405:
            return problem(405, "wrong-method", translate("This address does not take that kind of request.", language))
        return problem(error.status_code, "http", str(error.detail))

    @app.exception_handler(Exception)
    async def fault(request: Request, error: Exception) -> Response:
        log.error("fault at %s %s", request.method, request.url.path, exc_info=error)
        sentence = translate("Something went wrong here; it has been written down.", language_of(request))
        return problem(500, "fault", sentence)


def _misshapen(language: Language, error: RequestValidationError) -> Response:
    first = error.errors()[0]
    kind, where = str(first.get("type")), first.get("loc", ())
    if kind == "json_invalid":
        return problem(400, "not-json", translate("The body of the request is not JSON.", language))
    field = ".".join(str(part) for part in where[1:]) or "body"
    if kind == "missing":
        return problem(422, "missing", translate("The field {field} is missing.", language, field=field), field)
    sentence = translate("The field {field} cannot be used as it is.", language, field=field)
    if language is Language.ENGLISH:  # the library explains itself in English only
        sentence = f"{sentence} ({first.get('msg')})"
    return problem(422, "bad-field", sentence, field)
