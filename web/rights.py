"""Which right each address of the service asks for: one row for every endpoint, and nothing is served without one."""

from __future__ import annotations

from collections.abc import Mapping

from kb.accounts.rights import Right

PUBLIC = frozenset(
    {
        "static",
        "bootstrap.static",
        "health.healthz",
        "signing_in.sign_in",
        "signing_in.code",
        "signing_in.invitation",
        "federation.begin",
        "federation.finish",
        "federation.leave",
    }
)
"""What is served to those who have not signed in."""

RIGHT_OF: Mapping[str, Right] = {
    "wiki.home": Right.READ,
    "wiki.tree": Right.READ,
    "wiki.tagged": Right.READ,
    "wiki.article": Right.READ,
    "wiki.attachment": Right.READ,
    "wiki.findings": Right.INSPECT,
    "search.results": Right.READ,
    "chat.ask_page": Right.READ,
    "chat.feedback": Right.REPORT,
    "chat.problems": Right.REPORT,
    "chat.report_problem": Right.REPORT,
    "debug.retrieval": Right.INSPECT,
    "api.ask": Right.READ,
    "api.find": Right.READ,
    "api.articles": Right.READ,
    "api.article": Right.READ,
    "api.feedback": Right.REPORT,
    "api.problems": Right.REPORT,
    "api.report_problem": Right.REPORT,
    "api.openapi": Right.READ,
    "health.show_metrics": Right.MEASURE,
    "signing_in.sign_out": Right.OWN,
    "profile.show": Right.OWN,
    "profile.password": Right.OWN,
    "profile.sign_out_elsewhere": Right.OWN,
    "profile.second_factor": Right.OWN,
    "profile.stop_second_factor": Right.OWN,
    "profile.make_token": Right.OWN,
    "profile.end_token": Right.OWN,
    "profile.held": Right.OWN,
    "administration.accounts": Right.ADMINISTER,
    "administration.add": Right.ADMINISTER,
    "administration.account": Right.ADMINISTER,
    "administration.change": Right.ADMINISTER,
    "administration.roles": Right.ADMINISTER,
    "administration.security": Right.ADMINISTER,
    "auditing.entries": Right.AUDIT,
    "auditing.export": Right.AUDIT,
}
"""What everything else asks for; an endpoint that stands nowhere here is refused to everybody."""

WITHOUT_DELAY = frozenset({"profile.password", "profile.second_factor", "signing_in.sign_out"})
"""What somebody may still do who has to change the password, or set up one-time codes, first."""
