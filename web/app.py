"""Puts the application together: blueprints, filters, error answers and guards over opened services."""

from __future__ import annotations

from datetime import date

from flask import Flask
from flask_bootstrap import Bootstrap5

from kb.types import KIND_NAMES
from web import api, chat, dates, debug, errors, guard, health, search, wiki
from web.services import EXTENSION, Services

_LARGEST_REQUEST = 256 * 1024


def create_app(services: Services) -> Flask:
    """The application over these services; nothing is opened here."""
    app = Flask(__name__)
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_REQUEST
    app.extensions[EXTENSION] = services
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    Bootstrap5(app)
    errors.install(app)
    guard.install(app, services.settings.host)
    _install_words(app)
    for module in (wiki, search, chat, debug, api, health):
        app.register_blueprint(module.bp)
    return app


def _install_words(app: Flask) -> None:
    """What templates may say of days and kinds."""
    app.template_filter("chinese_day")(dates.chinese_day)
    app.template_filter("moment")(dates.chinese_moment)
    app.template_filter("standing")(dates.standing)
    app.template_filter("in_force")(dates.in_force)
    app.template_filter("kind_name")(lambda kind: KIND_NAMES.get(kind, kind))
    app.context_processor(lambda: {"today": date.today()})
