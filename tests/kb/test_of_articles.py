"""What is worked out of all articles is worked out once for each state of the library."""

from __future__ import annotations

from pathlib import Path

from kb.engines import open_engine_at
from kb.of_articles import OfArticles
from tests.kb.engines.making import made, put


def test_it_is_worked_out_once_and_anew_when_articles_change(tmp_path: Path) -> None:
    engine = open_engine_at("embedded", tmp_path)
    asked: list[int] = []
    titles = OfArticles(lambda articles: asked.append(len(articles)) or [a.slug for a in articles])
    put(engine, made("a", "养老"))
    assert titles.of(engine) == titles.of(engine) == ["a"]
    put(engine, made("b", "失业"))
    assert titles.of(engine) == ["a", "b"]
    assert asked == [1, 2]
    engine.close()
