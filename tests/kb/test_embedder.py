"""Both embedders give the same unit vectors for the same model, whatever the text."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from kb.embedder import Embedder, OnnxEmbedder, SentenceTransformerEmbedder, open_embedder
from kb.errors import ModelError

REPOSITORY = Path(__file__).resolve().parents[2]
TRICKY = [
    "",
    " ",
    "女职工什么时候退休？",
    "ＡＢＣ　１２３　ｏｒａ－０００６０",
    "2024年1月～2025年12月",
    "①本人身份证②户口簿③银行卡",
    "𠮷林省的参保人员",
    "機關事業單位養老保險關係轉移",
    "ORA-00060 deadlock detected while waiting for resource",
    "人社部发〔2024〕94号",
    "第一行\n第二行\t第三列\x00",
    "半个代理对\ud83d",
    "😀👍",
    "A" * 300,
    "社" * 600,
    "职工基本养老保险关系转移接续办理流程。" * 100,
]
PASSAGES = [
    "女职工年满五十周岁，女干部年满五十五周岁，可以申请退休。",
    "办理社会保障卡挂失，请持身份证到银行网点。",
    "数据库死锁时先查看告警日志。",
]


@pytest.fixture(scope="module")
def onnx(bundled_model: Path) -> Embedder:
    return open_embedder("bundled", bundled_model.parent)


@pytest.fixture(scope="module")
def torch(bundled_model: Path) -> Embedder:
    return SentenceTransformerEmbedder(str(bundled_model))


@pytest.fixture(params=["onnx", "torch"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    chosen: Embedder = request.getfixturevalue(request.param)
    return chosen


def test_both_embedders_agree_on_every_text(onnx: Embedder, torch: Embedder) -> None:
    queries = [float(onnx.embed_query(text) @ torch.embed_query(text)) for text in TRICKY]
    passages = np.sum(onnx.embed_passages(TRICKY) * torch.embed_passages(TRICKY), axis=1)
    assert min(queries) > 0.99
    assert passages.min() > 0.99


def test_every_vector_is_single_precision_of_unit_length(embedder: Embedder) -> None:
    matrix = embedder.embed_passages(TRICKY)
    assert matrix.dtype == np.float32
    assert matrix.shape == (len(TRICKY), embedder.dimension)
    assert np.linalg.norm(matrix, axis=1) == pytest.approx(1, abs=1e-5)
    query = embedder.embed_query(TRICKY[0])
    assert query.dtype == np.float32
    assert query.shape == (embedder.dimension,)
    assert np.linalg.norm(query) == pytest.approx(1, abs=1e-5)


def test_a_passage_has_the_same_vector_alone_and_in_company(embedder: Embedder) -> None:
    together = embedder.embed_passages(TRICKY)
    alone = np.concatenate([embedder.embed_passages([text]) for text in TRICKY])
    assert np.abs(together - alone).max() < 1e-5


def test_no_passages_give_an_empty_matrix_of_the_right_width(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.dimension)


def test_a_question_is_nearest_to_the_passage_that_answers_it(embedder: Embedder) -> None:
    nearness = embedder.embed_passages(PASSAGES) @ embedder.embed_query("女的多少岁能退休")
    assert int(nearness.argmax()) == 0


def test_questions_and_passages_get_prompts_of_their_own(embedder: Embedder) -> None:
    text = PASSAGES[0]
    assert float(embedder.embed_query(text) @ embedder.embed_passages([text])[0]) < 0.999


def test_many_threads_at_once_get_the_vectors_that_one_gets(embedder: Embedder) -> None:
    texts = [f"第{number}号业务怎么办理" * (number % 7 + 1) for number in range(24)]
    expected = [embedder.embed_query(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(embedder.embed_query, texts))
    assert np.abs(np.array(found) - np.array(expected)).max() < 1e-5


def test_more_indexing_threads_change_no_vector(bundled_model: Path, onnx: Embedder) -> None:
    several = open_embedder(str(bundled_model), bundled_model.parent, threads=3)
    texts = PASSAGES * 5
    assert np.abs(several.embed_passages(texts) - onnx.embed_passages(texts)).max() < 1e-5
    assert several.name == onnx.name


def test_what_stands_beyond_the_token_limit_is_ignored(embedder: Embedder) -> None:
    long = "退休待遇核定" * 400
    assert embedder.embed_query(long) @ embedder.embed_query(long + "挂失") > 0.9999


def test_serving_the_bundled_model_imports_neither_torch_nor_onnx(bundled_model: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from kb.embedder import open_embedder\n"
        f"open_embedder('bundled', Path({str(bundled_model.parent)!r})).embed_query('退休')\n"
        "print({'torch', 'sentence_transformers', 'transformers', 'onnx'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", program]
    finished = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert finished.stdout == "set()\n"
    assert finished.stderr == ""


def test_importing_the_module_loads_no_model_library() -> None:
    program = (
        "import sys, kb.embedder\n"
        "print({'torch', 'sentence_transformers', 'onnxruntime', 'tokenizers'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", program]
    finished = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert finished.stdout == "set()\n"


def test_the_name_tells_the_model_and_its_weights(onnx: Embedder, torch: Embedder) -> None:
    for embedder in (onnx, torch):
        folder, _, weights = embedder.name.rpartition("-")
        assert folder == "e5-small-lite"
        assert len(weights) == 12


def test_a_directory_is_found_by_its_name_in_the_models_folder(bundled_model: Path) -> None:
    opened = open_embedder(bundled_model.name, bundled_model.parent)
    assert isinstance(opened, OnnxEmbedder)


def test_a_missing_directory_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as raised:
        open_embedder(str(tmp_path / "nowhere"), tmp_path)
    assert str(tmp_path / "nowhere") in raised.value.message
    assert "bundled" in raised.value.remedy


def test_an_empty_model_setting_opens_nothing(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="找不到向量模型目录"):
        open_embedder("", tmp_path)


def test_a_directory_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="里没有向量模型"):
        open_embedder(str(tmp_path), tmp_path)


def test_a_directory_that_sentence_transformers_cannot_load_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(ModelError, match="无法载入") as raised:
        open_embedder(str(tmp_path), tmp_path)
    assert str(tmp_path) in raised.value.message


def test_a_model_that_fails_while_computing_is_said_so(bundled_model: Path, tmp_path: Path) -> None:
    """The directory promises more tokens than its weights have positions for."""
    boasting = tmp_path / "boasting"
    unneeded = shutil.ignore_patterns("*.safetensors", "checksums.json")
    shutil.copytree(bundled_model, boasting, ignore=unneeded)
    limits = boasting / "sentence_bert_config.json"
    limits.write_text(json.dumps({"max_seq_length": 1024, "do_lower_case": False}), "utf-8")
    embedder = open_embedder(str(boasting), tmp_path)
    with pytest.raises(ModelError, match="计算出错"):
        embedder.embed_query("社 A " * 600)
