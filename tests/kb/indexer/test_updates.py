"""What an update of the index does: only what changed, and never less than what there was."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from kb.errors import IndexStoreError
from kb.types import Finding
from tests.kb.indexer.reading import BROKEN, files_of
from tests.kb.library import Library, found, near, sections, slugs, touch

# What changed, and nothing else


def test_the_first_update_makes_every_article_findable(library: Library) -> None:
    indexer = library.indexer()
    report = indexer.update()
    assert (report.files, report.changed, report.removed) == (2, 2, 0)
    assert report.embedded == report.passages == indexer.engine.size() == 2
    assert found(indexer, "补缴") == {"policy/pension"}
    assert near(indexer) == {"policy/pension", "howto/card"}


def test_a_second_update_parses_embeds_and_writes_nothing(library: Library) -> None:
    library.indexer().update()
    before = files_of(library.index)
    report = library.indexer().update(progress=lambda *_: pytest.fail("nothing to do"))
    assert (report.files, report.changed, report.removed, report.embedded) == (2, 0, 0, 0)
    assert report.passages == 2
    assert files_of(library.index) == before


def test_a_changed_article_embeds_only_its_changed_passages(library: Library) -> None:
    texts = ["先核对身份。", "再核对金额。", "最后归档。"]
    library.save("howto/steps.md", sections(*texts))
    indexer = library.indexer()
    indexer.update()
    texts[1] = "再核对金额和户名。"
    library.save("howto/steps.md", sections(*texts))
    report = indexer.update()
    assert (report.changed, report.embedded) == (1, 1)
    assert found(indexer, "户名") == {"howto/steps"}
    assert report.passages == 5


def test_a_touched_file_costs_no_parsing_and_no_embedding(library: Library) -> None:
    indexer = library.indexer()
    indexer.update()
    touch(library.articles / "howto/card.md")
    segments = {path for path in files_of(library.index) if "segment-" in path}
    report = indexer.update()
    assert (report.changed, report.embedded, report.passages) == (1, 0, 2)
    assert {path for path in files_of(library.index) if "segment-" in path} == segments
    assert indexer.update().changed == 0


def test_a_removed_file_disappears(library: Library) -> None:
    indexer = library.indexer()
    indexer.update()
    (library.articles / "howto/card.md").unlink()
    report = indexer.update()
    assert (report.files, report.removed, report.passages) == (1, 1, 1)
    assert found(indexer, "社会保障卡 挂失") == set()
    assert near(indexer) == {"policy/pension"}
    assert indexer.engine.article("howto/card") is None


def test_the_last_file_can_be_removed(library: Library) -> None:
    indexer = library.indexer()
    indexer.update()
    for path in library.articles.rglob("*.md"):
        path.unlink()
    assert indexer.update().passages == 0
    assert list(indexer.engine.articles()) == []


def test_a_renamed_file_is_found_under_its_new_slug_without_embedding(library: Library) -> None:
    indexer = library.indexer()
    indexer.update()
    (library.articles / "policy/pension.md").rename(library.articles / "policy/makeup.md")
    report = indexer.update()
    assert (report.changed, report.removed, report.embedded) == (1, 1, 0)
    assert found(indexer, "补缴") == {"policy/makeup"}
    assert indexer.engine.article("policy/pension") is None


def test_a_draft_is_kept_out_of_the_rankings_until_it_is_published(library: Library) -> None:
    library.save("policy/draft.md", "工伤认定要三十日内申请。", status="draft")
    indexer = library.indexer()
    assert indexer.update().passages == 2
    assert found(indexer, "工伤认定") == set()
    assert indexer.engine.article("policy/draft") is not None
    library.save("policy/draft.md", "工伤认定要三十日内申请。", status="published")
    assert indexer.update().passages == 3
    assert found(indexer, "工伤认定") == {"policy/draft"}


def test_hidden_files_and_other_files_are_no_articles(library: Library) -> None:
    library.save(".git/x.md", "补缴")
    library.save("howto/.draft.md", "补缴")
    library.save_as_is("howto/list.txt", "补缴")
    os.mkfifo(library.articles / "howto/pipe.md")
    (library.articles / "howto/folder.md").mkdir()
    indexer = library.indexer()
    assert indexer.update().files == 2
    assert found(indexer, "补缴") == {"policy/pension"}


def test_progress_is_told_file_by_file(library: Library) -> None:
    told: list[tuple[str, int, int]] = []
    library.indexer().update(lambda *step: told.append(step))
    assert told == [("建立索引", 1, 2), ("建立索引", 2, 2)]


# Another recipe


def test_a_new_glossary_word_makes_new_tokens_and_no_vectors(library: Library) -> None:
    library.indexer().update()
    indexer = library.indexer(words=["灵活就业人员中断缴费"])
    assert indexer.engine.frequencies(["灵活就业人员中断缴费"]) == {"灵活就业人员中断缴费": 0}
    report = indexer.update()
    assert (report.changed, report.embedded, report.passages) == (2, 0, 2)
    assert indexer.engine.frequencies(["灵活就业人员中断缴费"]) == {"灵活就业人员中断缴费": 1}


def save_glossary(library: Library, *words: str) -> None:
    library.save_as_is(
        "glossary/terms.yaml", "".join(f"- term: {word}\n  definition: 解释\n" for word in words)
    )


def test_a_glossary_saved_while_running_takes_effect_at_the_next_update(library: Library) -> None:
    indexer = library.indexer()
    indexer.update()
    save_glossary(library, "灵活就业人员中断缴费")
    report = indexer.update()
    assert (report.changed, report.embedded) == (2, 0)
    assert "灵活就业人员中断缴费" in indexer.tokenizer.tokens("灵活就业人员中断缴费怎么办")
    assert indexer.engine.frequencies(["灵活就业人员中断缴费"]) == {"灵活就业人员中断缴费": 1}
    assert indexer.update().changed == 0


def test_a_glossary_that_is_being_typed_leaves_the_old_words_in_use(library: Library) -> None:
    save_glossary(library, "灵活就业人员中断缴费")
    indexer = library.indexer(words=["灵活就业人员中断缴费"])
    indexer.update()
    library.save_as_is("glossary/terms.yaml", "- term: [没有写完\n")
    assert indexer.update().changed == 0
    save_glossary(library, "灵活就业人员中断缴费", "银行网点办理")
    assert indexer.update().changed == 2


# Links and folders


def test_a_link_out_of_the_library_is_left_out_and_one_inside_is_an_article(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "secret.md").write_text("机密的工伤认定材料", "utf-8")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/more.md").write_text("机密的工伤认定材料", "utf-8")
    (library.articles / "faq").mkdir()
    (library.articles / "faq/out.md").symlink_to(tmp_path / "secret.md")
    (library.articles / "faq/up.md").symlink_to("../../secret.md")
    (library.articles / "faq/gone.md").symlink_to("nowhere.md")
    (library.articles / "linked").symlink_to(tmp_path / "elsewhere")
    (library.articles / "faq/inside.md").symlink_to("../policy/pension.md")
    indexer = library.indexer()
    assert indexer.update().files == 3
    assert found(indexer, "机密 工伤认定") == set()
    assert found(indexer, "补缴") == {"policy/pension", "faq/inside"}


def test_a_library_that_is_not_there_is_named(library: Library) -> None:
    indexer = library.indexer()
    indexer.update()
    library.articles.rename(library.folder / "moved")
    with pytest.raises(IndexStoreError, match=f"文章目录 {library.articles} 不存在"):
        indexer.update()
    assert found(indexer, "补缴") == {"policy/pension"}


def test_a_folder_that_cannot_be_read_does_not_take_its_articles_away(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexer = library.indexer()
    indexer.update()
    scandir = os.scandir

    def fails(path: os.PathLike[str]) -> object:
        if str(path).endswith("policy"):
            raise OSError(5, "Input/output error")
        return scandir(path)

    monkeypatch.setattr("kb.library.os.scandir", fails)
    with pytest.raises(IndexStoreError, match=f"文章目录 {library.articles / 'policy'} 读不出来"):
        indexer.update()
    assert found(indexer, "补缴") == {"policy/pension"}


def test_an_update_that_cannot_be_written_leaves_the_old_index_in_use(library: Library) -> None:
    indexer = library.indexer()
    indexer.update()
    library.index.rename(library.folder / "kept")
    library.index.write_text("我不是目录", "utf-8")
    library.save("policy/pension.md", "工伤认定要三十日内申请。")
    with pytest.raises(IndexStoreError, match="不是目录"):
        indexer.update()
    assert found(indexer, "补缴") == {"policy/pension"}


def test_vectors_that_cannot_be_kept_stop_nothing(library: Library) -> None:
    with sqlite3.connect(library.folder / "vectors.sqlite") as other:
        other.execute("CREATE TABLE vector (key TEXT, other TEXT, third TEXT)")
    indexer = library.indexer()
    assert indexer.update().passages == 2
    assert near(indexer) == {"policy/pension", "howto/card"}


def test_findings_come_back_whole_after_a_restart(library: Library) -> None:
    library.save_as_is("policy/new.md", BROKEN)
    first = library.indexer().update().findings
    assert first == library.indexer().update().findings
    assert all(isinstance(finding, Finding) for finding in first)
    assert slugs(library.indexer().engine, "补缴", library.indexer().tokenizer) == {
        "policy/pension"
    }
