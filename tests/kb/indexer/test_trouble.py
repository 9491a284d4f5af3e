"""An update meets broken articles, a slow model, other writers and a hurry."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from kb.embedder import Embedder
from tests.kb.indexer.reading import BROKEN, messages
from tests.kb.library import Library, found, near, sections

# Articles that cannot be served


def test_a_broken_article_keeps_its_last_good_version_and_says_so(library: Library) -> None:
    indexer = library.indexer()
    indexer.update()
    library.save_as_is("policy/pension.md", BROKEN)
    for started in (indexer, library.indexer()):  # also after a restart
        report = started.update()
        assert found(started, "补缴") == near(started) & {"policy/pension"} == {"policy/pension"}
        assert [finding.path for finding in report.findings] == ["policy/pension.md"]
        assert messages(report)[0].endswith("改好之前继续使用上一个正确的版本")


def test_a_broken_article_without_a_good_version_is_only_a_finding(library: Library) -> None:
    library.save_as_is("policy/new.md", BROKEN)
    indexer = library.indexer()
    report = indexer.update()
    assert [finding.path for finding in report.findings] == ["policy/new.md"]
    assert "上一个正确的版本" not in messages(report)[0]
    assert indexer.engine.article("policy/new") is None
    (library.articles / "policy/new.md").unlink()
    assert indexer.update().findings == ()


@pytest.mark.parametrize("text", ["中断缴费后三年内可以补缴。", "灵活就业人员中断缴费后可以补缴。"])
def test_a_repaired_article_clears_its_finding(library: Library, text: str) -> None:
    indexer = library.indexer()
    indexer.update()
    library.save_as_is("policy/pension.md", BROKEN)
    indexer.update()
    library.save("policy/pension.md", text)
    report = indexer.update()
    assert report.findings == ()
    assert found(indexer, "补缴") == {"policy/pension"}
    assert indexer.engine.passages(["policy/pension#lead"])[0].text == text


def test_a_broken_article_that_is_removed_is_gone(library: Library) -> None:
    indexer = library.indexer()
    indexer.update()
    library.save_as_is("policy/pension.md", BROKEN)
    indexer.update()
    (library.articles / "policy/pension.md").unlink()
    assert indexer.update().findings == ()
    assert found(indexer, "补缴") == set()


def test_a_file_whose_name_is_not_utf_8_is_a_finding_and_stops_nothing(library: Library) -> None:
    name = os.fsencode(library.articles) + "/社保.md".encode("gbk")
    with open(name, "wb") as file:
        file.write("补缴".encode())
    indexer = library.indexer()
    report = indexer.update()
    assert messages(report) == ["文件名不是 UTF-8 编码；请改名"]
    assert report.passages == 2
    assert indexer.update().changed == 0


def test_a_file_over_the_limit_is_taken_in_when_the_limit_is_raised(library: Library) -> None:
    library.save("howto/long.md", "工伤认定。" * 100)
    assert "超过上限" in messages(library.indexer(limit=1_000).update())[0]
    indexer = library.indexer(limit=100_000)
    assert indexer.update().findings == ()
    assert found(indexer, "工伤认定") == {"howto/long"}


def test_warnings_are_findings_of_an_article_that_is_served(library: Library) -> None:
    library.save("howto/Upper.md", "工伤认定要三十日内申请。")
    report = library.indexer().update()
    assert [(finding.path, finding.severity) for finding in report.findings] == [
        ("howto/Upper.md", "warning")
    ]
    assert report.passages == 3


# Things that happen meanwhile


def test_a_file_that_vanishes_during_an_update_stops_nothing(library: Library) -> None:
    def vanish(_step: str, done: int, _total: int) -> None:
        if done == 1:
            (library.articles / "policy/pension.md").unlink()

    indexer = library.indexer()
    report = indexer.update(progress=vanish)
    assert report.findings == ()
    assert indexer.update().files == 1
    assert {article.slug for article in indexer.engine.articles()} == {"howto/card"}


def test_a_served_file_that_vanishes_during_an_update_is_removed_by_the_next(
    library: Library,
) -> None:
    indexer = library.indexer()
    indexer.update()
    library.save("policy/pension.md", "别的。")
    library.save("howto/card.md", "别的。")

    def vanish(_step: str, done: int, _total: int) -> None:
        if done == 1:
            (library.articles / "policy/pension.md").unlink()

    indexer.update(progress=vanish)
    assert indexer.update().removed == 1
    assert {article.slug for article in indexer.engine.articles()} == {"howto/card"}


def test_a_file_saved_during_an_update_is_taken_in_by_the_next(library: Library) -> None:
    def save(_step: str, done: int, _total: int) -> None:
        if done == 1:
            library.save("howto/card.md", "工伤认定要三十日内申请。")

    indexer = library.indexer()
    indexer.update(progress=save)
    assert indexer.update().changed == 1
    assert found(indexer, "工伤认定") == {"howto/card"}


def test_two_processes_that_index_at_once_do_the_work_once(library: Library) -> None:
    for number in range(12):
        library.save(f"faq/f{number:02d}.md", f"第{number}个问题的回答。")
    with ThreadPoolExecutor(2) as pool:
        indexers = [library.indexer(), library.indexer()]
        reports = list(pool.map(lambda indexer: indexer.update(), indexers))
    assert sorted(report.changed for report in reports) == [0, 14]
    assert sum(report.embedded for report in reports) == 14
    assert [report.passages for report in reports] == [14, 14]
    assert found(indexers[0], "问题的回答") == found(indexers[1], "问题的回答")


def test_an_update_rests_on_what_another_process_wrote_meanwhile(library: Library) -> None:
    first, second = library.indexer(), library.indexer()
    first.update()
    library.save("faq/a.md", "工伤认定要三十日内申请。")
    second.update()
    library.save("faq/b.md", "职业年金归集到个人账户。")
    assert first.update().changed == 1
    for indexer in (first, second, library.indexer()):
        assert indexer.update().changed == 0
        assert found(indexer, "工伤认定") == {"faq/a"}
        assert found(indexer, "职业年金") == {"faq/b"}


def test_an_index_deleted_under_a_running_indexer_is_built_whole_again(library: Library) -> None:
    indexer = library.indexer()
    indexer.update()
    for path in sorted(library.index.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    library.save("faq/a.md", "工伤认定要三十日内申请。")
    report = indexer.update()
    assert (report.passages, report.embedded) == (3, 1)
    assert found(library.indexer(), "补缴") == {"policy/pension"}


def test_a_damaged_index_is_built_again_without_embedding(library: Library) -> None:
    library.indexer().update()
    next(library.index.rglob("vectors")).write_bytes(b"")
    indexer = library.indexer()
    assert getattr(indexer.engine, "repaired", None) is not None
    report = indexer.update()
    assert (report.changed, report.passages, report.embedded) == (2, 2, 0)
    assert near(indexer) == {"policy/pension", "howto/card"}


# In a hurry


def test_a_hurried_update_comes_to_the_same_end(library: Library) -> None:
    library.save("howto/many.md", sections(*(f"第{n}步要核对材料。" for n in range(20))))
    indexer = library.indexer()
    report = indexer.update(hurry=True)
    assert report.embedded == report.passages == 22
    assert near(indexer) == {"policy/pension", "howto/card", "howto/many"}
    assert library.indexer().update(hurry=True).changed == 0


class _FailsToEmbed:
    """The real model until a text with 失败 comes: then it fails as a process that is killed."""

    def __init__(self, embedder: Embedder, failing: Callable[[], bool]) -> None:
        self._embedder, self._failing = embedder, failing
        self.name, self.dimension = embedder.name, embedder.dimension
        self.embed_query = embedder.embed_query

    def embed_passages(self, texts: list[str]) -> object:
        if self._failing():
            raise KeyboardInterrupt
        return self._embedder.embed_passages(texts)


def test_what_was_found_by_keyword_first_is_finished_after_a_crash(library: Library) -> None:
    crashed = True
    indexer = library.indexer()
    indexer.update()
    indexer.embedder = _FailsToEmbed(library.embedder, lambda: crashed)  # type: ignore[assignment]
    old = (library.articles / "policy/pension.md").read_text("utf-8")
    library.save("policy/pension.md", sections(*(f"第{n}步要核对材料。" for n in range(20))))
    with pytest.raises(KeyboardInterrupt):
        indexer.update(hurry=True)
    assert found(indexer, "核对材料") == {"policy/pension"}
    assert near(indexer) == {"howto/card"}
    library.save_as_is("policy/pension.md", old)  # as it was before the update that broke off
    again = library.indexer()
    assert again.update().changed == 1
    assert (found(again, "核对材料"), found(again, "补缴")) == (set(), {"policy/pension"})


def test_a_new_article_of_an_update_that_broke_off_can_be_removed(library: Library) -> None:
    indexer = library.indexer()
    indexer.update()
    indexer.embedder = _FailsToEmbed(library.embedder, lambda: True)  # type: ignore[assignment]
    path = library.save("faq/a.md", sections(*(f"第{n}步要核对材料。" for n in range(20))))
    with pytest.raises(KeyboardInterrupt):
        indexer.update(hurry=True)
    assert found(indexer, "核对材料") == {"faq/a"}
    path.unlink()
    again = library.indexer()
    again.update()
    assert found(again, "核对材料") == set()


def test_a_large_first_index_is_found_by_keyword_before_it_is_found_by_meaning(
    library: Library,
) -> None:
    library.save("howto/many.md", sections(*(f"第{n}步要核对材料。" for n in range(520))))
    indexer = library.indexer()
    assert indexer.is_far_behind()
    steps: list[tuple[str, int, int]] = []
    indexer.update_words(lambda *step: steps.append(step))
    assert steps[-1][1:] == (3, 3)
    assert found(indexer, "核对材料") == {"howto/many"}
    assert near(indexer) == set()
    assert indexer.engine.files()["howto/many.md"].waits
    report = indexer.update()
    assert near(indexer) == {"policy/pension", "howto/card", "howto/many"}
    assert (report.changed, report.passages) == (3, 522)
    assert not any(state.waits for state in indexer.engine.files().values())
    assert not indexer.is_far_behind()


def test_a_few_new_texts_are_worth_waiting_for(library: Library) -> None:
    assert not library.indexer().is_far_behind()
