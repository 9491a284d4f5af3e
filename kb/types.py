"""The values that flow through the knowledge base: frozen, complete, shared by every module."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, get_args

Kind = Literal[
    "policy",
    "reconciliation",
    "settlement",
    "playbook",
    "howto",
    "system",
    "faq",
    "training",
    "glossary",
]
KINDS: tuple[str, ...] = get_args(Kind)
KIND_NAMES: dict[str, str] = {
    "policy": "政策",
    "reconciliation": "对账",
    "settlement": "结算",
    "playbook": "故障处置",
    "howto": "经办指南",
    "system": "系统",
    "faq": "常见问题",
    "training": "培训",
    "glossary": "术语",
}
Access = Literal["staff", "engineer", "admin"]
ACCESS_LEVELS: tuple[str, ...] = get_args(Access)
ACCESS_NAMES: dict[str, str] = {
    "staff": "全体员工",
    "engineer": "驻场工程师",
    "admin": "系统管理员",
}
ALL_LEVELS = frozenset(ACCESS_LEVELS)
"""Who holds these may open everything that is published."""
Region = Literal["全国", "浙江", "绍兴", "嵊州"]
REGIONS: tuple[str, ...] = get_args(Region)
Status = Literal["draft", "published", "retired"]
STATUSES: tuple[str, ...] = get_args(Status)
AUDIENCES: tuple[str, ...] = ("counter", "engineer", "newcomer", "supervisor", "auditor")

LEAD_ANCHOR = "lead"
"""Anchor of the summary and the text before an article's first heading."""


@dataclass(frozen=True, slots=True)
class Source:
    """The document that a statement rests on.

    `note` says which figures it explains and how they were computed; `covers` names the sections (by their
    headings) whose figures all come from it.
    """

    title: str
    number: str = ""
    date: date | None = None
    url: str = ""
    note: str = ""
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionQuestions:
    """How people ask for what one section says; `section` is its anchor."""

    section: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One step of a reading path: an article by its slug, and why it is read at this point."""

    article: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class QuizItem:
    """A question of a reading path; `answer` is one of `choices`, `cites` the section (`slug#anchor`) that says so."""

    question: str
    choices: tuple[str, ...]
    answer: str
    cites: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What lint reports: a defect of an article, by file (relative to the library) and line (from 1)."""

    path: str
    line: int
    message: str
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The head of an article, checked. Defaults are what a missing key means."""

    title: str
    kind: str = "howto"
    summary: str = ""
    audience: tuple[str, ...] = ()
    access: str = "staff"
    region: str = "全国"
    systems: tuple[str, ...] = ()
    effective_from: date | None = None
    effective_to: date | None = None
    supersedes: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    questions: tuple[str, ...] = ()
    section_questions: tuple[SectionQuestions, ...] = ()
    codes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    owner: str = ""
    review_by: date | None = None
    status: str = "published"
    verified: bool = True
    reading: tuple[Reading, ...] = ()
    quiz: tuple[QuizItem, ...] = ()

    @property
    def all_questions(self) -> tuple[str, ...]:
        """The questions of the article and of its sections."""
        of_sections = (text for item in self.section_questions for text in item.questions)
        return (*self.questions, *of_sections)

    def is_open_to(self, levels: Collection[str]) -> bool:
        """Whether one who holds these levels may know that there is such an article; drafts nobody may."""
        return self.status != "draft" and self.access in levels


@dataclass(frozen=True, slots=True)
class Section:
    """A heading as readers see it: `level` 1..6, `anchor` unique within its article."""

    level: int
    text: str
    anchor: str


PassageForm = Literal["text", "row", "question"]


@dataclass(frozen=True, slots=True)
class Passage:
    """The indexed, ranked and cited unit.

    `id` is `slug#anchor`, with `~n` for the n-th further part of a long section, `~rn` for a table row
    and `~qn` for a question of the front matter (which stands for the article's lead, or for its section).
    `headings` is the path of headings above `text`; `text` never repeats them.
    """

    id: str
    slug: str
    anchor: str
    form: PassageForm
    title: str
    headings: tuple[str, ...]
    text: str
    codes: tuple[str, ...] = ()

    @property
    def section_id(self) -> str:
        """`slug#anchor`: the section that the passage is a part of."""
        return f"{self.slug}#{self.anchor}"

    @property
    def section(self) -> str:
        """The heading a reader sees above the passage; empty for the lead."""
        return self.headings[-1] if self.headings else ""

    @property
    def embedding_text(self) -> str:
        """What is embedded: the heading path and the text; a question stands alone."""
        if self.form == "question":
            return self.text
        return " > ".join((self.title, *self.headings)) + "\n" + self.text


@dataclass(frozen=True, slots=True)
class Article:
    """One Markdown file, parsed: what is shown and what is indexed come from the same tree.

    `links` are the slugs of the articles that it links to, `attachments` the paths (relative to the library)
    of the pictures and files that it shows.
    """

    slug: str
    path: str
    revision: str
    head: FrontMatter
    html: str
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    links: tuple[str, ...]
    attachments: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return self.head.title


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader may see and which day counts; applied before anything is ranked.

    `access`: the access levels the reader holds. `as_of`: the day whose rules apply; None does not filter
    by date. `region`, `kind`: None does not filter; a region also admits the regions that contain it.
    """

    access: frozenset[str] = frozenset({"staff"})
    as_of: date | None = None
    region: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage made ready for an engine: its weighted tokens and the facets that a Scope filters by.

    `tokens` maps a token to its term frequency, summed over the fields with their weights (see kb/entries.py).
    """

    passage: Passage
    tokens: dict[str, float]
    access: str
    region: str
    kind: str
    effective_from: date | None
    effective_to: date | None


@dataclass(frozen=True, slots=True)
class FileState:
    """What is known of one file of the library: enough to tell that it changed, and its Findings.

    `indexed` is the revision that the index serves; it stays at the last good one while the file is broken.
    `recipe` names how passages, tokens and vectors were made; another recipe means that the file is indexed anew.
    """

    path: str
    size: int
    modified_ns: int
    revision: str
    indexed: str
    recipe: str
    findings: tuple[Finding, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether passages of the file are found by keyword only, until their vectors are computed."""
        return self.size < 0


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready for search: `text` cleaned, `tokens` for the keyword leg, `codes` and
    `dates` (`2024年`, `1967年3月`; of a month only the month) as the tokenizer spells them.

    `own` is what was said last, where `text` holds it together with the question that it goes on with.
    `any_date`: what names one of several dates is about the question."""

    text: str
    tokens: tuple[str, ...]
    codes: tuple[str, ...]
    dates: tuple[str, ...]
    scope: Scope
    own: Query | None = None
    any_date: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A question asked before in a conversation (as typed, masked), what came of it, and the articles that
    were shown, best first."""

    question: str
    outcome: str = "answer"
    slugs: tuple[str, ...] = ()


class Ranked(NamedTuple):
    """One place of an engine's ranking: a passage's id and its score (higher is better)."""

    id: str
    score: float


class Hit(NamedTuple):
    """A passage that was found: `score` is the probability (0..1) that its section is the one asked for,
    `keyword_rank` and `nearest_rank` (from 1) are its places in the two legs, `question` is what the section
    lists that matched, and `question_cosine` how near that is."""

    passage: Passage
    score: float
    keyword_rank: int | None
    nearest_rank: int | None
    keyword_score: float
    cosine: float | None
    code_match: bool
    question: str = ""
    question_cosine: float | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Sections found for one query, best first, each by its best passage.

    `further` are the other passages found in these sections; `notices` say what a reader must know (e.g. a
    leg was down).
    """

    query: Query
    hits: tuple[Hit, ...]
    further: tuple[Hit, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary entry: the canonical word, the other words people type for it, and what it means."""

    word: str
    synonyms: tuple[str, ...] = ()
    definition: str = ""
