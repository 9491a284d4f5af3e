"""Turns errors into answers in one place: Chinese pages for people, problem+json for programs."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, TooManyRequests

from kb.audit.entry import Action, Outcome
from kb.errors import (
    AccountError,
    AuditError,
    BadQuestion,
    ChangeRefused,
    DeadLink,
    ForgedRequest,
    HostileInput,
    IndexStoreError,
    ModelError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    NotYours,
    RecordsError,
    SignInError,
    WenzhiError,
)
from kb.masking import mask
from web import refusals
from web.identity import API_PREFIX, caller

_LOG = logging.getLogger(__name__)
_STATUS: dict[type[WenzhiError], int] = {
    BadQuestion: HTTPStatus.BAD_REQUEST,
    NotFound: HTTPStatus.NOT_FOUND,
    IndexStoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    RecordsError: HTTPStatus.SERVICE_UNAVAILABLE,
    AuditError: HTTPStatus.SERVICE_UNAVAILABLE,
    ModelError: HTTPStatus.SERVICE_UNAVAILABLE,
    AccountError: HTTPStatus.BAD_REQUEST,
    SignInError: HTTPStatus.UNAUTHORIZED,
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    ForgedRequest: HTTPStatus.FORBIDDEN,
    HostileInput: HTTPStatus.NOT_FOUND,
}

_RECORDED: dict[type[Exception], Action] = {
    NotAllowed: Action.DENIED,
    NotYours: Action.DENIED,
    DeadLink: Action.DENIED,
    ChangeRefused: Action.DENIED,
    HostileInput: Action.REFUSED_INPUT,
    ForgedRequest: Action.REFUSED_INPUT,
    TooManyRequests: Action.REFUSED_INPUT,
    RequestEntityTooLarge: Action.REFUSED_INPUT,
}
"""What is put on record when it is refused."""

_LINK = "/invitation/"
_CALL = "请稍后再试；如果一直这样，请联系驻场工程师"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a reader is told about an error: nothing of the inside, and what to do."""

    status: int
    title: str
    detail: str
    remedy: str = ""


_TROUBLES: dict[int, Trouble] = {
    trouble.status: trouble
    for trouble in (
        Trouble(400, "请求不正确", "服务器看不懂这个请求。", "请回到首页重新操作"),
        Trouble(401, "请先登录", "还没有登录，或登录已经过期。", "重新登录后再操作"),
        Trouble(403, "不能这样操作", "这个操作不允许。", "请从本系统的页面操作"),
        Trouble(
            404,
            "没有找到",
            "这个地址没有内容，或者您不能查看。",
            "检查地址，或从知识库目录、搜索里找",
        ),
        Trouble(405, "不能这样操作", "这个地址不接受这种请求。", "请回到首页重新操作"),
        Trouble(413, "内容太长", "提交的内容超过了上限。", "请缩短后再提交"),
        Trouble(415, "请求不正确", "提交的内容格式不对。", "请用 JSON 提交"),
        Trouble(429, "太频繁了", "短时间里的请求太多。", "请等一分钟再试"),
        Trouble(500, "服务器出错了", "这次操作没有完成，错误已经记录。", _CALL),
        Trouble(503, "服务暂时不可用", "资料库或记录库暂时读写不了。", _CALL),
    )
}


def trouble_of(error: Exception) -> Trouble:
    """Say what a reader is told about an error.

    What the asker can put right is told in the error's own words; the rest only by its kind, because its
    message names folders and addresses of the server.
    """
    if isinstance(error, HTTPException):
        status = error.code or 500
        general = _TROUBLES.get(status) or _TROUBLES[400 if status < 500 else 500]
        return Trouble(status, general.title, general.detail, general.remedy)
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
    general = _TROUBLES[status]
    if isinstance(error, WenzhiError) and status < 500:
        return Trouble(status, general.title, error.message, error.remedy)
    return general


def problem(error: Exception) -> dict[str, Any]:
    """The body of an RFC 9457 problem, for the API and the `error` event of a stream."""
    trouble = trouble_of(error)
    detail = (
        f"{trouble.detail.rstrip('。')}。{trouble.remedy}" if trouble.remedy else trouble.detail
    )
    return {
        "type": "about:blank",
        "title": trouble.title,
        "status": trouble.status,
        "detail": detail,
    }


def install(app: Flask) -> None:
    """Let the application answer every error with a page or a problem."""
    app.register_error_handler(WenzhiError, _answer)
    app.register_error_handler(HTTPException, _answer)


def _answer(error: Exception) -> Response | HTTPException:
    if isinstance(error, HTTPException) and (error.code or 500) < 400:
        return error
    trouble = trouble_of(error)
    record(error)
    if trouble.status >= 500 and isinstance(error, WenzhiError):
        _LOG.error("%s %s: %s", request.method, mask(_told_path()).text, error)
    if request.path.startswith(API_PREFIX):
        response = jsonify(problem(error))
        response.mimetype = "application/problem+json"
    else:
        response = Response(render_template("errors/trouble.html", trouble=trouble))
    response.status_code = trouble.status
    if isinstance(error, HTTPException):
        allowed = dict(error.get_headers(request.environ)).get("Allow")
        if allowed:
            response.headers["Allow"] = allowed
    if trouble.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    if trouble.status == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = "60"
    return response


def record(error: Exception) -> None:
    """Put what was refused on record; that the record failed does not let it through."""
    action = next((found for kind, found in _RECORDED.items() if isinstance(error, kind)), None)
    if action is None:
        return
    try:
        said = f"{request.method} {getattr(error, 'message', '') or trouble_of(error).title}"
        refusals.record(caller().event(action, _told_path(), Outcome.REFUSED, said))
    except WenzhiError as failed:
        _LOG.error("refusal not recorded: %s", failed)


def _told_path() -> str:
    """The address asked for as logs may hold it: whoever reads them must not be able to use a one-time link."""
    return _LINK + "…" if request.path.startswith(_LINK) else request.path
