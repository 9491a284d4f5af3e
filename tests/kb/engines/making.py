"""Makes articles for engine tests: a passage's words are its tokens, its vector follows from its text."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from kb.engines import Engine, Indexed, Vector
from kb.types import Article, Entry, FileState, Finding, FrontMatter, Passage, Scope, Section

REPOSITORY = Path(__file__).resolve().parents[3]
DIMENSION = 8
EVERYONE = Scope(frozenset({"staff", "engineer", "admin"}))
RECIPE = "made by tests"


def vector_of(text: str, dimension: int = DIMENSION) -> Vector:
    """A unit vector that is the same for the same text."""
    seed = int.from_bytes(hashlib.sha256(text.encode(errors="replace")).digest()[:8])
    vector = np.random.default_rng(seed).standard_normal(dimension)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def made(
    slug: str,
    *texts: str,
    vectors: Sequence[Vector] | None = None,
    status: str = "published",
    **head: Any,
) -> Indexed:
    """An article with one passage for each text; `head` are keys of the front matter."""
    front = FrontMatter(**{"title": slug, "summary": "一句话", "status": status, **head})
    passages = tuple(
        Passage(f"{slug}#p{n}", slug, f"p{n}", "text", slug, (f"第{n}节",), text, (f"code-{n}",))
        for n, text in enumerate(texts)
    )
    article = Article(
        slug=slug,
        path=f"{slug}.md",
        revision=hashlib.sha256(repr(texts).encode(errors="replace")).hexdigest()[:16],
        head=front,
        html="".join(f"<p>{text}</p>" for text in texts),
        sections=tuple(Section(2, f"第{n}节", f"p{n}") for n in range(len(texts))),
        passages=passages,
        links=("policy/other",),
    )
    entries = [entry(passage, front) for passage in passages if status == "published"]
    rows = [vector_of(text) for text in texts] if vectors is None else list(vectors)
    width = len(rows[0]) if rows else DIMENSION
    matrix = np.array(rows[: len(entries)], np.float32).reshape(len(entries), width)
    return Indexed(article, entries, matrix)


def entry(passage: Passage, head: FrontMatter) -> Entry:
    return Entry(
        passage=passage,
        tokens={word: float(count) for word, count in Counter(passage.text.split()).items()},
        access=head.access,
        region=head.region,
        kind=head.kind,
        effective_from=head.effective_from,
        effective_to=head.effective_to,
    )


def state_of(path: str, revision: str = "1", *findings: Finding) -> FileState:
    return FileState(path, 10, 20, revision, revision, RECIPE, findings)


def put(engine: Engine, *added: Indexed, removed: Sequence[str] = ()) -> None:
    """Write, and remember a file for every article there is."""
    with engine.exclusive():
        slugs = {article.slug for article in engine.articles()} - set(removed)
        slugs |= {item.article.slug for item in added}
        files = {f"{slug}.md": state_of(f"{slug}.md") for slug in sorted(slugs)}
        engine.write(added, removed, files)


def found(engine: Engine, words: str, scope: Scope = EVERYONE, limit: int = 1_000) -> list[str]:
    """Ids of the passages that share words with the query, best first."""
    return [place.id for place in engine.keyword(Counter(words.split()), scope, limit)]


def near(engine: Engine, text: str, scope: Scope = EVERYONE, limit: int = 1_000) -> list[str]:
    """Ids of the passages nearest to the text's vector, best first."""
    return [place.id for place in engine.nearest(vector_of(text), scope, limit)]


def day(text: str) -> date:
    return date.fromisoformat(text)


def segments(folder: Path) -> list[str]:
    """The segments that lie in an index folder."""
    return sorted(
        path.name for path in folder.iterdir() if path.is_dir() and path.name != "damaged"
    )


def named(folder: Path) -> list[str]:
    """The segments that the current generation names."""
    record = json.loads((folder / "CURRENT").read_bytes().partition(b"\n")[2])
    return sorted(part["name"] for part in record["parts"])


def run_python(program: str, *before: str) -> str:
    """What a Python program prints that runs in the repository's root; `before` is put in front of Python."""
    command = [*before, sys.executable, "-c", textwrap.dedent(program)]
    finished = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout
