"""Takes out of a model's vectors what they all have in common, so that differences count.

Vectors of e5 models point into one narrow cone: any two texts have a cosine of about 0.85. Subtracting the
mean passage from passages and the mean question from questions opens the cone (Mu and Viswanath 2018,
"All-but-the-top"). docs/retrieval.md says what that is worth. The means are those of this project's own
articles and the questions they list (`manage.py fit centres`); other models are left as they are.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from kb.embedder import Embedder, Matrix, Vector
from kb.learned import write_learned

CENTRES_PATH = Path(__file__).with_suffix(".json")
"""Where the means lie, by the model's folder."""

_DIGITS = 5
_NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class Centre:
    """The mean vectors of one model, shape (d,) each; `name` tells one pair of means from another."""

    name: str
    passages: Vector
    queries: Vector


@cache
def _centres() -> dict[str, Centre]:
    if not CENTRES_PATH.is_file():
        return {}
    kept = json.loads(CENTRES_PATH.read_text("utf-8"))
    return {
        model: Centre(
            name=item["name"],
            passages=np.array(item["passages"], np.float32),
            queries=np.array(item["queries"], np.float32),
        )
        for model, item in kept.items()
    }


def centre_of(embedder: Embedder) -> Centre | None:
    """The means that fit a model; None for a model that nobody has measured."""
    found = _centres().get(embedder.name.rpartition("-")[0])
    return found if found is not None and len(found.passages) == embedder.dimension else None


def recipe_of(embedder: Embedder) -> str:
    """Names what becomes of the model's vectors, so that an index made otherwise is built anew."""
    centre = centre_of(embedder)
    return f"{embedder.name}+{centre.name}" if centre else embedder.name


def centre_passages(embedder: Embedder, vectors: Matrix) -> Matrix:
    """Passage vectors, shape (n, d), without their mean, unit length again; rows of zeros stay so."""
    centre = centre_of(embedder)
    if centre is None or not len(vectors):
        return vectors
    moved = vectors - centre.passages
    moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), _NOTHING)
    moved[~vectors.any(axis=1)] = 0.0
    return np.asarray(moved, np.float32)


def centre_query(embedder: Embedder, vector: Vector) -> Vector:
    """A question's vector without the mean question, unit length again."""
    centre = centre_of(embedder)
    if centre is None:
        return vector
    moved = vector - centre.queries
    return np.asarray(moved / max(float(np.linalg.norm(moved)), _NOTHING), np.float32)


def keep_centre(embedder: Embedder, passages: Matrix, queries: Matrix) -> None:
    """Write the means of raw vectors, shape (n, d) and (m, d), as the ones that come with the project.

    They are named after themselves, so that other means make an index be built anew.
    """
    kept = json.loads(CENTRES_PATH.read_text("utf-8")) if CENTRES_PATH.is_file() else {}
    means = {
        side: [round(float(value), _DIGITS) for value in vectors.mean(axis=0)]
        for side, vectors in (("passages", passages), ("queries", queries))
    }
    name = hashlib.sha256(json.dumps(means).encode()).hexdigest()[:12]
    kept[embedder.name.rpartition("-")[0]] = {"name": f"centre-{name}", **means}
    write_learned(CENTRES_PATH, kept)
    _centres.cache_clear()
