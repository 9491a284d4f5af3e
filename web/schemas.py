"""What the JSON interface takes and gives out, as JSON Schema: the components of web/openapi.py."""

from __future__ import annotations

from typing import Any

from kb.types import KINDS, REGIONS, STATUSES

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_FLAG: Schema = {"type": "boolean"}
_DAY: Schema = {"type": ["string", "null"], "format": "date"}
_IDENTIFIER: Schema = {
    "type": ["string", "null"],
    "description": "32 位十六进制；没有记录时为 null",
}
_SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
_MARKED_HTML: Schema = {
    "type": "string",
    "description": "每行一段；每处依据最要紧的一行用 mark 标出",
}
_RANK: Schema = {"type": ["integer", "null"], "minimum": 1}


def schemas(question_limit: int) -> dict[str, Schema]:
    """Every schema by its name; a question has at most so many characters."""
    return {
        **_request_schemas(question(question_limit)),
        **_answer_schemas(),
        **_article_schemas(),
        **_problem_schemas(),
        "Description": {"type": "object", "required": ["openapi", "info", "paths"]},
        "Trouble": {
            "type": "object",
            "description": "RFC 9457：title 和 detail 是中文，可以直接给人看",
            "properties": {"type": TEXT, "title": TEXT, "status": _COUNT, "detail": TEXT},
            "required": ["type", "title", "status", "detail"],
        },
    }


def reference(schema: str) -> Schema:
    """Stands for the schema of this name."""
    return {"$ref": f"#/components/schemas/{schema}"}


def question(limit: int) -> Schema:
    """A text with at least one letter or digit of any script."""
    return {"type": "string", "maxLength": limit, "pattern": r"[\p{L}\p{N}]"}


def day_or(nothing: tuple[str | None, ...]) -> Schema:
    """A day, or what stands for none given."""
    return {"anyOf": [{"type": "string", "format": "date"}, {"enum": list(nothing)}]}


def _request_schemas(asked: Schema) -> dict[str, Schema]:
    """What may be left out may also be null."""
    region = {"enum": ["", *REGIONS, None], "description": "只用适用于这个地区的规定"}
    as_of = {**day_or(("", None)), "description": "按哪一天的规定；默认今天"}
    text = {"type": ["string", "null"]}
    note = {**text, "maxLength": 2000}
    conversation = {**text, "description": "接着哪次对话；不认识的会另开一次"}
    return {
        "Question": _object(
            ("conversation_id", "as_of", "region"),
            question=asked,
            conversation_id=conversation,
            as_of=as_of,
            region=region,
        ),
        "FeedbackGiven": _object(("reason",), helpful=_FLAG, reason=note),
        "ProblemReported": _object(
            ("answer_id", "note"), question=asked, answer_id=text, note=note
        ),
    }


def _standing() -> dict[str, Schema]:
    return {
        "kind": _one_of(KINDS),
        "kind_name": TEXT,
        "status": _one_of(STATUSES),
        "verified": {"type": "boolean", "description": "false 表示内容待核实"},
        "effective_from": _DAY,
        "effective_to": _DAY,
    }


def _place() -> dict[str, Schema]:
    return {"slug": TEXT, "title": TEXT, "section": TEXT}


def _answer_schemas() -> dict[str, Schema]:
    outcome = _object(
        outcome=_one_of(("answer", "clarification", "abstention")),
        answer=_or_null(_object(text=TEXT, html=_MARKED_HTML)),
        calculation=_or_null(_calculation()),
        message={
            "type": ["string", "null"],
            "description": "反问的话，或没有找到时的说明；有回答时为 null",
        },
        citations=_list(_citation()),
        confidence=_SHARE,
        choices=_list({"type": "string", "description": "一个完整的问题，选中后照此再问"}),
        nearest=_list(_object(**_place(), url=TEXT)),
        reportable={"type": "boolean", "description": "没有回答，而且可以提交到问题库"},
        warnings=_list({"type": "string", "description": "必须让提问的人看到"}),
        conversation_id=_IDENTIFIER,
        answer_id=_IDENTIFIER,
        took_ms=_COUNT,
    )
    hits = _object(hits=_list(_hit()), warnings=_list(TEXT), took_ms=_COUNT)
    return {"Outcome": outcome, "Hits": hits}


def _calculation() -> Schema:
    inputs = _list(_object(name=TEXT, value=TEXT))
    return _object(
        title=TEXT,
        result={"type": "string", "description": "算出来的数，也是 answer 的第一行"},
        formula={"type": "string", "description": "代入了数字的算式"},
        inputs={**inputs, "description": "从问题里读到的条件"},
    )


def _citation() -> Schema:
    return _object(
        number={"type": "integer", "minimum": 1},
        **_place(),
        anchor=TEXT,
        url={"type": "string", "description": "打开文章并标出依据"},
        quote={"type": "string", "description": "原文"},
        effective_from=_DAY,
        effective_to=_DAY,
        status=_one_of(STATUSES),
        warnings=_list(TEXT),
        superseded_by=_list(_object(**_place(), url=TEXT)),
    )


def _hit() -> Schema:
    """An article, by its best section."""
    also = _list(_object(section=TEXT, anchor=TEXT, url=TEXT))
    return _object(
        **_place(),
        anchor=TEXT,
        url=TEXT,
        snippet=TEXT,
        score={**_SHARE, "description": "所问的就是这一节的概率；没有细读的算 0"},
        keyword_rank=_RANK,
        nearest_rank=_RANK,
        code_match={"type": "boolean", "description": "问题里的文号或错误码原样出现"},
        question={"type": "string", "description": "文章里写明的、与此相符的问法；没有则为空"},
        also={**also, "description": "同一篇里也相符的其他小节，最相关的在前"},
        region=_one_of(REGIONS),
        **_standing(),
    )


def _article_parts() -> tuple[Schema, Schema, Schema]:
    """A source, a question of the quiz, a section."""
    level = {"type": "integer", "minimum": 1, "maximum": 6}
    return (
        _object(title=TEXT, number=TEXT, date=_DAY, url=TEXT, note=TEXT),
        _object(question=TEXT, choices=_list(TEXT), answer=TEXT, because=TEXT, cites=TEXT),
        _object(level=level, text=TEXT, anchor=TEXT),
    )


def _article_schemas() -> dict[str, Schema]:
    texts = _list(TEXT)
    source, quiz_item, section = _article_parts()
    summary: dict[str, Schema] = {
        "slug": TEXT,
        "title": TEXT,
        "url": TEXT,
        "summary": TEXT,
        "region": _one_of(REGIONS),
        "tags": texts,
        **_standing(),
    }
    whole = _object(
        **summary,
        audience=texts,
        systems=texts,
        supersedes=texts,
        sources=_list(source),
        questions=texts,
        codes=texts,
        owner=TEXT,
        review_by=_DAY,
        quiz=_list(quiz_item),
        revision=TEXT,
        sections=_list(section),
        html={"type": "string", "description": "正文，已清除脚本"},
    )
    return {"Article": whole, "ArticleList": _listing("articles", _object(**summary))}


def _problem_schemas() -> dict[str, Schema]:
    problem = _object(
        number={"type": "string", "pattern": r"^\d{4}-\d{4,}$"},
        question=TEXT,
        note=TEXT,
        answer_id=_IDENTIFIER,
        status=TEXT,
        created_at={"type": "string", "format": "date-time"},
    )
    return {
        "Problem": problem,
        "ProblemList": _listing("problems", reference("Problem")),
        "Feedback": _object(answer_id=TEXT, helpful=_FLAG),
    }


def _listing(name: str, item: Schema) -> Schema:
    return _object(**{name: _list(item)}, total=_COUNT, limit=_COUNT, offset=_COUNT)


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _object(optional: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    """An object that holds these properties and no others, all of them unless `optional`."""
    required = [name for name in properties if name not in optional]
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _or_null(schema: Schema) -> Schema:
    return {"oneOf": [schema, {"type": "null"}]}


def _one_of(values: tuple[str, ...]) -> Schema:
    return {"type": "string", "enum": list(values)}
