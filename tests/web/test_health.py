"""A monitor learns whether the service works and what it did."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.interface import OUTSIDE, ask
from web.services import Services


def test_a_working_service_is_healthy(client: FlaskClient, services: Services) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.get_json() == {
        "status": "ok",
        "passages": services.knowledge.within(frozenset({"staff"})).engine.size(),
        "index": True,
        "model": services.knowledge.embedder.name,
        "database": True,
    }


@pytest.mark.usefixtures("damaged")
def test_without_a_database_the_service_is_degraded_but_answers(client: FlaskClient) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.get_json()["status"] == "degraded"
    assert response.get_json()["database"] is False


def test_without_an_index_the_service_is_unavailable(broken: FlaskClient) -> None:
    response = broken.get("/healthz")
    assert response.status_code == 503
    assert (response.get_json()["index"], response.get_json()["passages"]) == (False, 0)
    assert "wenzhi_passages" not in broken.get("/metrics").text


def test_metrics_count_questions_by_outcome_and_how_long_they_took(client: FlaskClient) -> None:
    before = client.get("/metrics")
    assert before.content_type.startswith("text/plain; version=0.0.4")
    assert 'wenzhi_questions_total{outcome="answer"} 0' in before.text
    ask(client)
    ask(client, OUTSIDE)
    ask(client, "")
    after = client.get("/metrics").text.splitlines()
    assert 'wenzhi_questions_total{outcome="answer"} 1' in after
    assert 'wenzhi_questions_total{outcome="abstention"} 1' in after
    assert 'wenzhi_ask_seconds_bucket{le="+Inf"} 2' in after
    assert "wenzhi_ask_seconds_count 2" in after
    counts = [
        int(line.split()[1]) for line in after if line.startswith("wenzhi_ask_seconds_bucket")
    ]
    assert counts == sorted(counts)
