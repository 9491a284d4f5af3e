"""Puts the application together: blueprints, filters, error answers and guards over opened services."""

from __future__ import annotations

from datetime import date

from flask import Flask
from flask_bootstrap import Bootstrap5

from kb.accounts.rights import ROLE_NAMES
from kb.types import KIND_NAMES
from web import (
    access,
    administration,
    api,
    auditing,
    chat,
    dates,
    debug,
    errors,
    federation,
    guard,
    health,
    identity,
    limits,
    profile,
    refusals,
    search,
    signing_in,
    wiki,
)
from web.services import EXTENSION, Services

_LARGEST_REQUEST = 256 * 1024
_OPEN = (wiki, search, chat, debug, api, health)
_OF_ACCOUNTS = (signing_in, federation, profile, administration, auditing)


def create_app(services: Services) -> Flask:
    """The application over these services; nothing is opened here. Raises SettingsError where it would be unsafe."""
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
    refusals.install(app)
    guard.install(app, services.settings)
    identity.install(app)
    access.install(app, services)
    federation.install(app, services.settings)
    _install_words(app)
    for module in (*_OPEN, *_OF_ACCOUNTS):
        app.register_blueprint(module.bp)
    limits.install(app, services.settings)
    return app


def _install_words(app: Flask) -> None:
    """What templates may say of days and kinds, and who they speak to."""
    app.template_filter("chinese_day")(dates.chinese_day)
    app.template_filter("moment")(dates.chinese_moment)
    app.template_filter("exact_moment")(dates.exact_moment)
    app.template_filter("standing")(dates.standing)
    app.template_filter("in_force")(dates.in_force)
    app.template_filter("kind_name")(lambda kind: KIND_NAMES.get(kind, kind))
    app.template_filter("role_name")(lambda role: ROLE_NAMES.get(role, role))
    app.context_processor(lambda: {"today": date.today(), **identity.words()})
