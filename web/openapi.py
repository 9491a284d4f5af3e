"""Describes the JSON interface as an OpenAPI 3.1 document, written by hand and held to by the tests."""

from __future__ import annotations

from kb.types import KIND_NAMES, KINDS, REGIONS
from web.schemas import TEXT, Schema, reference, schemas


def description() -> Schema:
    """The whole description, as /api/v1/openapi.json gives it out."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "问知接口",
            "version": "1",
            "description": "提问、检索、浏览文章、反馈和业务问题库。问题里的身份证号、手机号、银行卡号和"
            "社保卡号先隐去，再检索和记录。",
        },
        "paths": _paths(),
        "components": {"schemas": schemas()},
    }


def _paths() -> Schema:
    return {
        "/api/v1/ask": {"post": _ask()},
        "/api/v1/search": {"get": _search()},
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
        "提问：得到带出处的回答、反问或“没有找到”", "Outcome", [], (400, 403, 413, 415, 503)
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


def _search() -> Schema:
    parameters = [
        _in_query("q", TEXT, "要检索的话", required=True),
        _in_query("kind", {"enum": list(KINDS)}, "只看这一类文章：" + _names(KIND_NAMES)),
        _in_query("region", {"enum": list(REGIONS)}, "只看适用于这个地区的文章"),
        _in_query("as_of", {"type": "string", "format": "date"}, "按哪一天的规定；默认今天"),
        _in_query(
            "limit", {"type": "integer", "minimum": 1, "maximum": 50, "default": 10}, "最多几篇文章"
        ),
    ]
    return _operation(
        "检索：列出最相关的文章，每篇一条，取它最相关的一节", "Hits", parameters, (400, 503)
    )


def _articles() -> Schema:
    kind = _in_query("kind", {"enum": list(KINDS)}, "只列这一类文章")
    return _operation("列出文章", "ArticleList", [kind, *_part()], (400, 503))


def _feedback() -> Schema:
    parameters = [_in_path("answer_id", "提问时得到的 answer_id")]
    operation = _operation(
        "评价一次回答", "Feedback", parameters, (400, 403, 404, 413, 415, 503), "201"
    )
    operation["requestBody"] = _body("FeedbackGiven")
    return operation


def _problems() -> Schema:
    return _operation("列出业务问题库", "ProblemList", _part(), (400, 503))


def _report() -> Schema:
    operation = _operation(
        "把问题提交到业务问题库", "Problem", [], (400, 403, 404, 413, 415, 503), "201"
    )
    operation["requestBody"] = _body("ProblemReported")
    return operation


def _part() -> list[Schema]:
    limit = {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}
    return [
        _in_query("limit", limit, "最多几条"),
        _in_query("offset", {"type": "integer", "minimum": 0, "default": 0}, "跳过前几条"),
    ]


def _operation(
    summary: str,
    schema: str,
    parameters: list[Schema],
    failures: tuple[int, ...],
    status: str = "200",
) -> Schema:
    told = {
        400: "请求不正确",
        403: "请求来自别的网站",
        404: "没有找到，或不能查看",
        413: "内容太长",
        415: "不是 JSON",
        503: "资料库或记录库暂时不可用",
    }
    responses = {
        str(code): _content(told[code], "Trouble", "application/problem+json") for code in failures
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
