"""What one follows, on its page and beside each thing; and the end of mails, from a mail."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.kernel.errors import N_, NotFound
from civic.notifications import queries as inbox
from civic.notifications.following import queries, service
from civic.notifications.following.links import is_signed_for
from civic.notifications.following.rules import USUAL_RHYTHM, Rhythm, Topic, TopicKind
from civic.notifications.following.schemas import FollowSchema
from civic.notifications.following.topics import KIND_NAMES, NamedTopic, name_topics
from civic.notifications.rules import Family, MailChoice
from civic.proposals.rules import CATEGORY_NAMES
from civic.territories import queries as territories
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.languages import own_path

blueprint = Blueprint("following", __name__, url_prefix="/notifications/suivis")

RHYTHM_NAMES = {
    Rhythm.AT_ONCE: N_("Tout de suite"),
    Rhythm.DAILY: N_("Chaque jour, à 8 h"),
    Rhythm.WEEKLY: N_("Chaque lundi, à 8 h"),
    Rhythm.NEVER: N_("Jamais"),
}


def _rhythms() -> list[tuple[str, str]]:
    return [(rhythm.value, gettext(name)) for rhythm, name in RHYTHM_NAMES.items()]


@blueprint.app_template_global()
def follow_of(kind: str, key: object) -> dict[str, Any] | None:
    """Return what ``following/_panel.html`` shows of one thing on its page; None for who is not signed in."""
    actor = current_actor()
    if not actor.is_signed_in:
        return None
    topic = Topic(TopicKind(kind), str(key))
    rhythm = queries.find_rhythm(actor.id, topic)
    return {"topic": topic, "rhythm": rhythm, "rhythms": _rhythms(), "proposed": rhythm or USUAL_RHYTHM}


@blueprint.get("")
def show_follows() -> str:
    return _follows_page(Form())


def _follows_page(form: Form) -> str:
    actor = current_actor()
    said = {Topic(row.topic_kind, row.topic_key): row.rhythm for row in queries.list_follows(actor.id)}
    usual = {topic: USUAL_RHYTHM for topic in queries.list_implied(actor.id) if topic not in said}
    named = name_topics([*said, *usual])
    return render_template(
        "following/follows.html",
        form=form,
        groups=_by_kind(named, said),
        usual=_by_kind(named, usual),
        rhythms=_rhythms(),
        more=[(kind, options) for kind, options in _not_yet(named).items() if options],
        kind_names={kind: gettext(name) for kind, name in KIND_NAMES.items()},
        has_no_mail=inbox.mail_choice(actor.id, Family.PARTICIPATION) is MailChoice.NONE,
    )


def _by_kind(named: dict[Topic, NamedTopic], rhythms: dict[Topic, Rhythm]) -> list[dict[str, Any]]:
    return [
        {"topic": topic, "name": gettext(named[topic].name), "path": named[topic].path, "rhythm": rhythm,
         "kind": gettext(named[topic].kind)}
        for topic, rhythm in rhythms.items()
        if topic in named
    ]  # fmt: skip


def _not_yet(named: dict[Topic, NamedTopic]) -> dict[TopicKind, list[tuple[str, str]]]:
    """The neighbourhoods and the themes that she may add here: they have no page, or hers is not the first one visits."""
    options = {
        TopicKind.PLACE: [(str(place.id), place.name) for place in territories.list_territories()],
        TopicKind.THEME: [(category.value, gettext(name)) for category, name in CATEGORY_NAMES.items()],
    }
    return {
        kind: [(key, name) for key, name in each if Topic(kind, key) not in named]
        for kind, each in options.items()
    }


@blueprint.post("")
def choose_rhythm() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> Rhythm:
        topic = Topic(data["kind"], data["key"])
        service.choose_rhythm(current_actor(), topic=topic, rhythm=data["rhythm"])
        rhythm: Rhythm = data["rhythm"]
        return rhythm

    def done(rhythm: Rhythm) -> ResponseReturnValue:
        told = {
            Rhythm.NEVER: gettext("C’est noté : vous n’en recevrez plus de nouvelles."),
            Rhythm.AT_ONCE: gettext("C’est noté : vous serez prévenu tout de suite."),
            Rhythm.DAILY: gettext("C’est noté : un seul courriel par jour, s’il y a du nouveau."),
            Rhythm.WEEKLY: gettext("C’est noté : un seul courriel le lundi, s’il y a du nouveau."),
        }
        flash(told[rhythm], "success")
        here = url_for("following.show_follows")
        return redirect(own_path(request.args.get("retour", here), here))

    return submit_form(FollowSchema, command=command, done=done, again=_follows_page)


# From a mail


def _ensure_signed(person_id: int, signature: str) -> None:
    if not is_signed_for(person_id, signature):
        raise NotFound


@blueprint.get("/arret/<int:person_id>/<signature>")
def show_stop(person_id: int, signature: str) -> str:
    """What a link of a mail opens changes nothing: programs open links too."""
    _ensure_signed(person_id, signature)
    return render_template("following/stop.html", person_id=person_id, signature=signature)


@blueprint.post("/arret/<int:person_id>/<signature>")
def stop_mails(person_id: int, signature: str) -> ResponseReturnValue:
    """The button of that page, or of a mail reader, which has neither our cookie nor our token (RFC 8058): the signature stands for both."""
    _ensure_signed(person_id, signature)
    service.stop_mails(person_id)
    return render_template("following/stopped.html")
