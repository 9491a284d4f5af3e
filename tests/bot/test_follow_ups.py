"""Follow-ups in the bureau's own library: deadlines, comparisons, and what was tried in vain."""

from __future__ import annotations

import pytest

from bot.ask import ask
from bot.replay import replay
from bot.types import Answer
from kb.knowledge import Knowledge
from kb.types import Scope
from tests.bot.conftest import TODAY


@pytest.mark.parametrize(
    ("before", "question", "place", "said"),
    [
        (
            "读卡器报0x41怎么办",
            "和0x80有什么不同",
            "playbook/id-reader-codes#0x80-和-0x41-怎么分",
            "没感应到证件",
        ),
        ("UKey插上去没反应", "换了电脑也不行", "playbook/ukey#诊断步骤", "证书工具也看不到"),
        ("停失业金怎么办", "要在几天之内来办", "howto/unemployment-reemployed#lead", "15日内"),
    ],
)
def test_a_follow_up_is_answered_from_what_it_goes_on_with(
    library: Knowledge, before: str, question: str, place: str, said: str
) -> None:
    scope = Scope(as_of=TODAY)
    outcome = ask(library, question, scope, replay(library, [before], scope))
    assert isinstance(outcome, Answer)
    cited = [f"{item.slug}#{item.anchor}" for item in outcome.citations]
    assert cited[0].startswith(place)
    assert said in outcome.text


def test_the_other_extreme_is_not_answered_with_the_one_before(library: Knowledge) -> None:
    scope = Scope(as_of=TODAY)
    history = replay(library, ["社保缴费基数最低多少"], scope)
    outcome = ask(library, "灵活就业最高呢", scope, history)
    assert isinstance(outcome, Answer)
    assert "5059.8" in outcome.lines[0].text


def test_people_named_before_are_looked_for_in_the_whole_article(library: Knowledge) -> None:
    scope = Scope(as_of=TODAY)
    history = replay(library, ["灵活就业重复扣的社保费怎么退"], scope)
    outcome = ask(library, "几天能到卡上", scope, history)
    assert isinstance(outcome, Answer)
    assert "不承诺天数" in outcome.text
