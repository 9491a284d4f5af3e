"""A short question that leans on the one before it is told from one that stands alone."""

from __future__ import annotations

import pytest

from kb.conversation import goes_on
from kb.types import Term


class Glossary:
    """Stands for the opened knowledge base: only its terms matter here."""

    terms = (
        Term("失业保险金", ("失业金",)),
        Term("工伤认定"),
        Term("养老金"),
        Term("灵活就业"),
    )


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("那灵活就业的呢", True),
        ("要带什么材料", True),
        ("那多久到账", True),
        ("失业金和养老金能一起领吗", False),
        ("换个问题 怎么办退休", False),
        ("客户的社保卡丢了想补一张新的要带什么材料", False),
    ],
)
def test_what_goes_on(question: str, expected: bool) -> None:
    assert goes_on(Glossary(), question) is expected  # type: ignore[arg-type]
