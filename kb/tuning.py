"""Teaches the bundled model this field: which ways of asking belong to which section.

The encoder's layers are learned, the words' own vectors are not; a short training at a low rate leaves
general knowledge in its place. A question is drawn to another question of its section and to its text, and
away from those of the other sections of the batch (InfoNCE: van den Oord, Li, Vinyals 2018), some of which
are of the same article: those are told apart least.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.bundled_model.tuning import compress, is_tunable
from kb.bundled_model.vocabulary import PASSAGE_PROMPT, QUERY_PROMPT
from kb.bundled_model.weights import Floats
from kb.types import LEAD_ANCHOR, Passage

Progress = Callable[[int, int, float], None]
"""Told the steps done, of how many, and the last loss."""

_ARTICLES, _SECTIONS = 24, 2
"""A batch holds so many articles, and so many sections of each."""

_TEXT_SHARE = 0.3
"""So many of a batch's sections are shown with a passage beside a question: texts cost five times as much."""

_RATE, _WARM_UP, _TEMPERATURE, _MOST_TOKENS = 1e-4, 20, 0.02, 96
_IGNORED = -1e4


@dataclass(frozen=True, slots=True)
class Lesson:
    """A section with at least two ways of asking for it, and its passages."""

    section: str
    questions: tuple[str, ...]
    texts: tuple[str, ...]

    @property
    def slug(self) -> str:
        return self.section.partition("#")[0]

    @property
    def is_lead(self) -> bool:
        return self.section.endswith(f"#{LEAD_ANCHOR}")


def lessons_of(passages: Iterable[Passage]) -> list[Lesson]:
    """The sections to learn from, in the order of the passages."""
    questions: dict[str, list[str]] = defaultdict(list)
    texts: dict[str, list[str]] = defaultdict(list)
    for passage in passages:
        kind = questions if passage.form == "question" else texts
        kind[passage.section_id].append(passage.embedding_text)
    return [
        Lesson(section, tuple(asked), tuple(texts[section]))
        for section, asked in questions.items()
        if len(asked) > 1
    ]


@dataclass(frozen=True, slots=True)
class Tuned:
    """What was learned, as `keep_tuning` writes it, and the mean loss (nats) of the first and the last steps."""

    values: Mapping[str, Floats]
    first_loss: float
    last_loss: float


def tune(model: Path, lessons: Sequence[Lesson], rounds: float, progress: Progress) -> Tuned:
    """Learn from the lessons; `model` is the untuned model's directory, `rounds` how often a question is
    shown on average. Needs about a quarter of an hour per 20,000 questions on two processors."""
    return _Tuner(model).learn(lessons, rounds, progress)


class _Tuner:
    def __init__(self, model: Path) -> None:
        import torch
        from sentence_transformers import SentenceTransformer

        torch.manual_seed(0)
        self._torch: Any = torch
        self._model: Any = SentenceTransformer(str(model), device="cpu", local_files_only=True)
        self._model.max_seq_length = _MOST_TOKENS
        self._model.eval()  # no dropout: so short a training does not need it
        self._encoder: Any = self._model[0].model
        self._learned: dict[str, Any] = {}
        for name, parameter in self._encoder.named_parameters():
            parameter.requires_grad_(is_tunable(name))
            if is_tunable(name):
                self._learned[name] = parameter
        self._before = self._values()
        self._chance = random.Random(0)  # noqa: S311 - draws examples, keeps no secret

    def learn(self, lessons: Sequence[Lesson], rounds: float, progress: Progress) -> Tuned:
        torch = self._torch
        by_article: dict[str, list[Lesson]] = defaultdict(list)
        for lesson in lessons:
            by_article[lesson.slug].append(lesson)
        articles = list(by_article.values())
        asked = sum(len(lesson.questions) for lesson in lessons)
        steps = max(1, round(rounds * asked / (_ARTICLES * _SECTIONS)))
        optimizer = torch.optim.AdamW(
            self._learned.values(), lr=_RATE, weight_decay=0, betas=(0.9, 0.98)
        )
        losses = []
        for step in range(steps):
            for group in optimizer.param_groups:
                group["lr"] = _RATE * min(1, (step + 1) / _WARM_UP) * (1 - step / steps)
            loss = self._loss(self._batch(articles))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self._learned.values(), 1.0)
            optimizer.step()
            losses.append(float(loss.detach()))
            progress(step + 1, steps, losses[-1])
        part = max(1, steps // 10)
        learned = compress(self._before, self._values())
        return Tuned(learned, sum(losses[:part]) / part, sum(losses[-part:]) / part)

    def _values(self) -> dict[str, Floats]:
        return {name: item.detach().numpy().copy() for name, item in self._learned.items()}

    def _batch(self, articles: Sequence[Sequence[Lesson]]) -> list[Lesson]:
        chosen = self._chance.sample(articles, min(_ARTICLES, len(articles)))
        return [
            lesson
            for article in chosen
            for lesson in self._chance.sample(article, min(_SECTIONS, len(article)))
        ]

    def _loss(self, batch: Sequence[Lesson]) -> Any:
        """The mean surprise (nats) at which texts belong to the sections asked for."""
        torch = self._torch
        pairs = [self._chance.sample(lesson.questions, 2) for lesson in batch]
        shown = [item for item in batch if item.texts and self._chance.random() < _TEXT_SHARE]
        asked = self._vectors([QUERY_PROMPT + question for question, _ in pairs])
        others = [self._vectors([PASSAGE_PROMPT + other for _, other in pairs])]
        if shown:
            texts = [PASSAGE_PROMPT + self._chance.choice(item.texts) for item in shown]
            others.append(self._vectors(texts))
        owners = [*batch, *shown]
        scores = asked @ torch.cat(others).T / _TEMPERATURE
        right = torch.tensor([[item is owner for owner in owners] for item in batch])
        unclear = torch.tensor([[_is_unclear(item, owner) for owner in owners] for item in batch])
        scores = scores.masked_fill(unclear, _IGNORED)
        surprise = torch.logsumexp(scores, dim=1)[:, None] - scores
        return (surprise * right).sum() / right.sum()

    def _vectors(self, texts: Sequence[str]) -> Any:
        """Unit vectors, shape (n, d); bfloat16 inside halves the time."""
        features = self._model.preprocess(list(texts))
        with self._torch.autocast("cpu", dtype=self._torch.bfloat16):
            vectors = self._model(features)["sentence_embedding"]
        return self._torch.nn.functional.normalize(vectors.float(), dim=1)


def _is_unclear(asked: Lesson, other: Lesson) -> bool:
    """An article's conclusion often answers what another of its sections answers, and the other way round."""
    return asked is not other and asked.slug == other.slug and (asked.is_lead or other.is_lead)
