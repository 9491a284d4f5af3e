"""Describes the JSON interface as an OpenAPI 3.1 document, written by hand and held to by the tests."""

from __future__ import annotations

from kb.types import KIND_NAMES, KINDS, REGIONS
from web.schemas import TEXT, Schema, day_or, question, reference, schemas

_ALWAYS = (401, 403, 503)
"""What any address may answer: who asks is unknown, may not, or cannot be looked up."""

_TOLD = {
    400: "请求不正确",
    401: "没有登录，或令牌无效、过期",
    403: "没有权限，请求来自别的网站，或缺少 X-CSRFToken",
    404: "没有找到，或不能查看",
    413: "内容太长",
    415: "不是 JSON",
    429: "太频繁，过一分钟再试",
    503: "资料库、记录库或审计日志暂时不可用",
}


def description(login: bool = True, question_limit: int = 500) -> Schema:
    """The whole description, as /api/v1/openapi.json gives it out.

    Without `login` nobody needs to sign in. A question has at most `question_limit` characters.
    """
    paths = _paths(question_limit)
    for operations in paths.values() if login else ():
        for method, operation in operations.items():
            operation["security"] = _security(method)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "问知接口",
            "version": "1",
            "description": "提问、检索、浏览文章、反馈和业务问题库。问题里的身份证号、手机号、银行卡号和"
            "社保卡号先隐去，再检索和记录。",
        },
        "paths": paths,
        "components": {"schemas": schemas(question_limit)}
        | ({"securitySchemes": _schemes()} if login else {}),
    }


def _schemes() -> Schema:
    """Programs show a token; a browser its session, and with every change the token of its page."""
    return {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "在“我的账号”里生成，wz_ 开头",
        },
        "session": {"type": "apiKey", "in": "cookie", "name": "wenzhi", "description": "登录后"},
        "csrf": {
            "type": "apiKey",
            "in": "header",
            "name": "X-CSRFToken",
            "description": "页面里 csrf-token 的值；用会话提交时必须有",
        },
    }


def _security(method: str) -> list[Schema]:
    session: Schema = {"session": []} if method == "get" else {"session": [], "csrf": []}
    return [{"token": []}, session]


def _paths(question_limit: int) -> Schema:
    return {
        "/api/v1/ask": {"post": _ask()},
        "/api/v1/search": {"get": _search(question_limit)},
        "/api/v1/articles": {"get": _articles()},
        "/api/v1/articles/{slug}": {
            "get": _operation(
                "看一篇文章", "Article", [_in_path("slug", "文章的路径，可以含“/”")], (404,)
            )
        },
        "/api/v1/answers/{answer_id}/feedback": {"post": _feedback()},
        "/api/v1/problems": {"get": _problems(), "post": _report()},
        "/api/v1/openapi.json": {"get": _operation("本接口说明", "Description", [], ())},
    }


def _ask() -> Schema:
    operation = _operation(
        "提问：得到带出处的回答、反问或“没有找到”", "Outcome", [], (400, 413, 415, 429)
    )
    operation["requestBody"] = _body("Question")
    operation["responses"]["200"]["content"]["text/event-stream"] = {
        "schema": {
            "type": "string",
            "description": "请求头 Accept: text/event-stream 时：事件 evidence（依据）、"
            "delta（逐行：text 是原文，citation 是出处的号，key 为 true 的是依据里最要紧的一行）、"
            "最后是 answer、clarification 或 abstention（内容同 JSON），中途出错是 error（内容同 Problem details）",
        }
    }
    return operation


def _search(question_limit: int) -> Schema:
    parameters = [
        _in_query("q", question(question_limit), "要检索的话", required=True),
        _in_query("kind", {"enum": ["", *KINDS]}, "只看这一类文章：" + _names(KIND_NAMES)),
        _in_query("region", {"enum": ["", *REGIONS]}, "只看适用于这个地区的文章"),
        _in_query("as_of", day_or(("",)), "按哪一天的规定；默认今天"),
        _in_query(
            "limit", {"type": "integer", "minimum": 1, "maximum": 50, "default": 10}, "最多几篇文章"
        ),
    ]
    return _operation(
        "检索：列出最相关的文章，每篇一条，取它最相关的一节", "Hits", parameters, (400, 429)
    )


def _articles() -> Schema:
    kind = _in_query("kind", {"enum": ["", *KINDS]}, "只列这一类文章")
    return _operation("列出文章", "ArticleList", [kind, *_part()], (400,))


def _feedback() -> Schema:
    parameters = [_in_path("answer_id", "提问时得到的 answer_id")]
    operation = _operation("评价一次回答", "Feedback", parameters, (400, 404, 413, 415), "201")
    operation["requestBody"] = _body("FeedbackGiven")
    return operation


def _problems() -> Schema:
    return _operation("列出业务问题库", "ProblemList", _part(), (400,))


def _report() -> Schema:
    operation = _operation("把问题提交到业务问题库", "Problem", [], (400, 404, 413, 415), "201")
    operation["requestBody"] = _body("ProblemReported")
    return operation


def _part() -> list[Schema]:
    limit = {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}
    offset = {"type": "integer", "minimum": 0, "maximum": 10**9, "default": 0}
    return [
        _in_query("limit", limit, "最多几条"),
        _in_query("offset", offset, "跳过前几条"),
    ]


def _operation(
    summary: str,
    schema: str,
    parameters: list[Schema],
    failures: tuple[int, ...],
    status: str = "200",
) -> Schema:
    responses = {
        str(code): _content(_TOLD[code], "Trouble", "application/problem+json")
        for code in sorted({*failures, *_ALWAYS})
    }
    return {
        "summary": summary,
        "parameters": parameters,
        "responses": {status: _content("成功", schema), **responses},
    }


def _content(description: str, schema: str, kind: str = "application/json") -> Schema:
    return {"description": description, "content": {kind: {"schema": reference(schema)}}}


def _body(schema: str) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": reference(schema)}}}


def _in_query(name: str, schema: Schema, description: str, required: bool = False) -> Schema:
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": description,
        "schema": schema,
    }


def _in_path(name: str, description: str) -> Schema:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": TEXT,
    }


def _names(names: dict[str, str]) -> str:
    return "、".join(f"{key}（{name}）" for key, name in names.items())
