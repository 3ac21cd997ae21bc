"""The register is kept by whom the mayor named alone; each reading is written down; who leaves it is erased at once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.accounts.personal_data import collect_personal_data
from civic.accounts.service.erasure import delete_account
from civic.audit.models import AuditEntry
from civic.checkins.register import importing, queries, service
from civic.checkins.register.errors import (
    AccountTaken,
    AlreadyRegistered,
    EntryNotFound,
    ImportDone,
    LinesToMend,
    MustBeWritten,
    NotCertified,
    NotCovered,
    NothingToImport,
    NotInRegister,
    RequestMissing,
)
from civic.checkins.register.jobs import forget_files
from civic.checkins.register.models import RegisterEntry, RegisterExport, RegisterImport, RegisterSight
from civic.checkins.register.rules import AskedBy, Leaving, Way
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.notifications.models import Notification
from tests.checkins.making import ADDRESS, FAMILY_NAME, PHONE, RELATIVE, entry_of
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in

ROWS = (
    "Nom;Prénoms;Date de naissance;Adresse;Téléphone;Quartier\r\n"
    "Rio;Odette;14/03/1941;1 rue du Puits;02 99 00 00 01;Quartier 0\r\n"
    "Rio;Marc;14/03/2010;1 rue du Puits;02 99 00 00 02;\r\n"
    "Rio;Jean;14/03/1939;1 rue du Puits;02 99 00 00 03;\r\n"
)


class Hall:
    """Ines keeps the register; Omar is an agent whom the mayor did not name."""

    def __init__(self) -> None:
        self.town, (self.place, *_) = add_town()
        self.ines = add_person("Inès", roles=((Role.REGISTER_KEEPER, self.town),))
        self.omar = add_person("Omar", roles=((Role.AGENT, self.town), (Role.ADMIN, self.town)))

    def register(self, name: str = "Odette", email: str | None = None, **changes: object) -> int:
        return service.add_entry(
            actor_of(self.ines), town_id=self.town, entry=entry_of(self.place, name, **changes), email=email
        )


@pytest.fixture
def hall(app_context: Flask) -> Hall:
    return Hall()


def count(model: type) -> int:
    found = db.session.scalar(sa.select(sa.func.count()).select_from(model))
    db.session.rollback()
    return int(found or 0)


def facts() -> list[str]:
    found = list(db.session.scalars(sa.select(AuditEntry.fact).order_by(AuditEntry.id)))
    db.session.rollback()
    return found


def test_a_person_is_registered_and_is_unreadable_in_a_stolen_database(hall: Hall) -> None:
    entry_id = hall.register(
        asked_by=AskedBy.THIRD_PARTY, asker="Mme Colin, sa voisine", way=Way.WRITTEN, home_service="SSIAD"
    )

    stored = db.session.execute(sa.text("SELECT * FROM register_entry")).one()
    for secret in (FAMILY_NAME, "Odette", ADDRESS, PHONE, RELATIVE, "1938", "aged", "Colin", "SSIAD"):
        assert not any(
            secret.encode()
            in (bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode())
            for value in stored
        ), secret
    journal = db.session.execute(sa.select(AuditEntry.subjects)).all()
    assert FAMILY_NAME not in str(journal)
    assert service.see_entry(actor_of(hall.ines), entry_id=entry_id).family_name == FAMILY_NAME


def test_an_agent_and_an_administrator_whom_the_mayor_did_not_name_read_nothing_of_it(hall: Hall) -> None:
    entry_id = hall.register()
    omar = actor_of(hall.omar)

    for command in (
        lambda: service.see_entry(omar, entry_id=entry_id),
        lambda: service.see_entry(omar, entry_id=999_999),
        lambda: service.list_register(omar, town_id=hall.town),
        lambda: service.add_entry(omar, town_id=hall.town, entry=entry_of(hall.place, "Autre")),
        lambda: service.remove_entry(omar, entry_id=entry_id, reason=Leaving.ASKED),
        lambda: service.export_register(omar, town_id=hall.town, request="préfecture"),
        lambda: importing.send_file(omar, town_id=hall.town, file_name="x.csv", content=ROWS.encode()),
    ):
        with pytest.raises(NotAllowed) as refusal:
            command()
        assert "désigné par le maire" in refusal.value.needs[0]

    assert (count(RegisterEntry), count(RegisterSight), count(RegisterExport)) == (1, 0, 0)


def test_whoever_keeps_the_register_of_another_town_reads_nothing_here(hall: Hall) -> None:
    entry_id = hall.register()
    far_town, _ = add_town()
    zoe = actor_of(add_person("Zoé", roles=((Role.REGISTER_KEEPER, far_town),)))

    with pytest.raises(NotAllowed):
        service.see_entry(zoe, entry_id=entry_id)
    with pytest.raises(NotAllowed):
        service.add_entry(zoe, town_id=far_town, entry=entry_of(hall.place, "Autre"))

    assert (count(RegisterEntry), count(RegisterSight)) == (1, 0)


def test_nobody_is_registered_against_the_law_nor_twice(hall: Hall) -> None:
    hall.register()

    with pytest.raises(AlreadyRegistered):
        hall.register("ODETTE")
    with pytest.raises(MustBeWritten):
        hall.register("Jean", asked_by=AskedBy.THIRD_PARTY, asker="Un voisin")
    with pytest.raises(NotCovered):
        hall.register("Jeune", born_on=utc_now().date().replace(year=utc_now().year - 30, day=1))

    assert count(RegisterEntry) == 1


def test_each_reading_is_in_the_journal_and_on_the_person_s_own_page(hall: Hall) -> None:
    rose = add_person("Rose", lives_in=hall.place)
    email = actor_email(rose)
    entry_id = hall.register(email=email)
    service.see_entry(actor_of(hall.ines), entry_id=entry_id)
    service.list_register(actor_of(hall.ines), town_id=hall.town)

    assert facts().count("EntrySeen") == 1
    assert facts().count("RegisterListed") == 1
    own = service.get_own_entry(actor_of(rose))
    assert [sight.viewer_id for sight in queries.list_sights(own.id)] == [hall.ines]
    told = db.session.scalars(sa.select(Notification.kind).filter_by(person_id=rose))
    assert [kind.value for kind in told] == ["register_entered"]
    held = collect_personal_data(rose)["register"]
    assert (held["phone"], held["address"]) == (PHONE, ADDRESS)


def actor_email(person: int) -> str:
    from civic.accounts.models import Person

    found = db.session.get_one(Person, person).email
    db.session.rollback()
    assert found is not None
    return found


def test_an_account_has_one_entry_and_one_that_nobody_confirmed_is_not_linked(hall: Hall) -> None:
    rose = add_person("Rose", lives_in=hall.place)
    email = actor_email(rose)
    hall.register(email=email)

    with pytest.raises(AccountTaken):
        hall.register("Jean", email=email)
    hall.register("Paul", email="inconnu@example.org")

    assert count(RegisterEntry) == 2
    with pytest.raises(NotInRegister):
        service.get_own_entry(actor_of(hall.omar))


def test_a_wrong_account_is_taken_off_an_entry_and_told_and_reads_it_no_more(hall: Hall) -> None:
    rose, jeanne = (add_person(name, lives_in=hall.place) for name in ("Rose", "Jeanne"))
    entry_id = hall.register(email=actor_email(rose))
    with pytest.raises(NotAllowed):
        service.unlink_account(actor_of(hall.omar), entry_id=entry_id)
    assert service.get_own_entry(actor_of(rose)).id == entry_id
    db.session.rollback()

    service.unlink_account(actor_of(hall.ines), entry_id=entry_id)
    service.unlink_account(actor_of(hall.ines), entry_id=entry_id)

    with pytest.raises(NotInRegister):
        service.get_own_entry(actor_of(rose))
    assert kinds_told(rose) == ["register_entered", "register_unlinked"]
    assert (facts().count("EntryUnlinked"), count(RegisterEntry)) == (1, 1)

    for email in (actor_email(rose), actor_email(jeanne)):  # the right one takes the place of the wrong one
        service.change_entry(actor_of(hall.ines), entry_id=entry_id, entry=entry_of(hall.place), email=email)
    assert service.get_own_entry(actor_of(jeanne)).id == entry_id
    assert kinds_told(rose).count("register_unlinked") == 2


def kinds_told(person: int) -> list[str]:
    told = db.session.scalars(
        sa.select(Notification.kind).filter_by(person_id=person).order_by(Notification.id)
    )
    kinds = [kind.value for kind in told]
    db.session.rollback()
    return kinds


def test_who_leaves_the_register_is_erased_at_once_by_herself_or_by_a_call(hall: Hall) -> None:
    rose = add_person("Rose", lives_in=hall.place)
    hall.register(email=actor_email(rose))
    other = hall.register("Jean")
    service.see_entry(actor_of(hall.ines), entry_id=other)

    service.leave_register(actor_of(rose))
    service.remove_entry(actor_of(hall.ines), entry_id=other, reason=Leaving.OPPOSED)

    assert (count(RegisterEntry), count(RegisterSight)) == (0, 0)
    assert facts().count("EntryRemoved") == 2
    with pytest.raises(EntryNotFound):
        service.see_entry(actor_of(hall.ines), entry_id=other)
    hall.register("Jean")  # she may come back


def test_deleting_an_account_keeps_the_entry_without_it_and_has_the_town_hall_ask_again(hall: Hall) -> None:
    from tests.accounts.test_erasure import rows_of

    rose = add_person("Rose", lives_in=hall.place, password="une petite phrase sans histoire")
    entry_id = hall.register(email=actor_email(rose))
    assert queries.count_entries(hall.town, state="to_check", on=utc_now().date()) == 0

    delete_own(rose)

    entry = queries.get_entry(entry_id)
    assert (entry.person_id, entry.phone) == (None, PHONE)
    assert queries.count_entries(hall.town, state="to_check", on=utc_now().date()) == 1
    assert {name: rows for name, rows in rows_of(rose).items() if rows and "register" in name} == {}
    service.check_entry(actor_of(hall.ines), entry_id=entry_id)
    assert queries.count_entries(hall.town, state="to_check", on=utc_now().date()) == 0


def delete_own(person: int) -> None:
    delete_account(actor_of(person), present_password="une petite phrase sans histoire")


def test_the_letter_is_owed_until_somebody_says_that_it_left(hall: Hall) -> None:
    entry_id = hall.register()
    today = utc_now().date()
    assert queries.count_entries(hall.town, state="to_tell", on=today) == 1

    service.acknowledge(actor_of(hall.ines), entry_id=entry_id)
    service.acknowledge(actor_of(hall.ines), entry_id=entry_id)

    assert queries.count_entries(hall.town, state="to_tell", on=today) == 0
    assert facts().count("EntryAcknowledged") == 1


def test_the_list_is_searched_sorted_and_cut_in_pages_by_sealed_names(hall: Hall) -> None:
    for name in ("Zoé", "Éliane", "Anne-Marie"):
        hall.register(name, family_name="Le Goff")
    hall.register("Odette")

    ines = actor_of(hall.ines)
    names = [each.name for each in service.list_register(ines, town_id=hall.town).items]
    assert names == [f"{FAMILY_NAME} Odette", "Le Goff Anne-Marie", "Le Goff Éliane", "Le Goff Zoé"]
    found = service.list_register(ines, town_id=hall.town, text="goff mar")
    assert [each.name for each in found.items] == ["Le Goff Anne-Marie"]
    second = queries.list_entries(hall.town, on=utc_now().date(), number=2, size=3)
    assert ([each.name for each in second.items], second.total) == (["Le Goff Zoé"], 4)


def test_the_prefect_is_given_the_register_when_she_asks_and_it_is_written_down(hall: Hall) -> None:
    entry_id = hall.register()
    ines = actor_of(hall.ines)

    with pytest.raises(RequestMissing):
        service.export_register(ines, town_id=hall.town, request="")
    assert (count(RegisterExport), count(RegisterSight)) == (0, 0)

    export, rows = service.export_register(ines, town_id=hall.town, request="Préfecture, 3 juillet")
    assert ([row.id for row in rows], export.people) == ([entry_id], 1)
    assert facts().count("RegisterExported") == 1
    assert count(RegisterSight) == 1


def test_a_spreadsheet_becomes_entries_all_or_none(hall: Hall) -> None:
    ines = actor_of(hall.ines)
    file_id = importing.send_file(ines, town_id=hall.town, file_name="registre.csv", content=ROWS.encode())
    assert FAMILY_NAME.encode() not in bytes(
        db.session.execute(sa.text("SELECT rows FROM register_import")).scalar_one()
    )
    db.session.rollback()

    with pytest.raises(NotCertified):
        importing.import_register(ines, file_id=file_id, is_certified=False, skips_errors=True)
    with pytest.raises(LinesToMend):
        importing.import_register(ines, file_id=file_id, is_certified=True, skips_errors=False)
    assert count(RegisterEntry) == 0

    assert importing.import_register(ines, file_id=file_id, is_certified=True, skips_errors=True) == 2
    with pytest.raises(ImportDone):
        importing.import_register(ines, file_id=file_id, is_certified=True, skips_errors=True)
    page = service.list_register(ines, town_id=hall.town)
    assert [each.name for each in page.items] == ["Rio Jean", "Rio Odette"]
    assert [each.territory_id for each in page.items] == [hall.town, hall.place]
    assert queries.get_import(file_id).rows == ""


def test_the_same_file_sent_again_registers_nobody_twice(hall: Hall) -> None:
    ines = actor_of(hall.ines)
    for _ in range(2):
        file_id = importing.send_file(ines, town_id=hall.town, file_name="r.csv", content=ROWS.encode())
        if count(RegisterEntry) == 0:
            importing.import_register(ines, file_id=file_id, is_certified=True, skips_errors=True)

    with pytest.raises(NothingToImport):
        importing.import_register(ines, file_id=file_id, is_certified=True, skips_errors=True)

    lines = importing.read_import(queries.get_import(file_id))
    assert [line.is_known for line in lines] == [True, False, True]
    assert count(RegisterEntry) == 2


def test_a_file_that_nobody_imported_is_gone_the_next_day(hall: Hall) -> None:
    importing.send_file(actor_of(hall.ines), town_id=hall.town, file_name="r.csv", content=ROWS.encode())

    forget_files(utc_now() + timedelta(hours=23))
    assert count(RegisterImport) == 1
    forget_files(utc_now() + timedelta(hours=25))
    assert count(RegisterImport) == 0


# Pages


@pytest.fixture
def town_hall(app: Flask) -> tuple[Flask, Hall]:
    with app.app_context():
        return app, Hall()


TYPED = {
    "family_name": "Rio",
    "first_names": "Odette Anne",
    "born_on": "1941-03-14",
    "ground": "aged",
    "address": "1 rue du Puits",
    "phone": "0299000001",
    "asked_by": "herself",
    "asked_on": "2026-01-05",
    "way": "spoken",
}


def test_the_pages_register_correct_print_and_remove_a_person(town_hall: tuple[Flask, Hall]) -> None:
    app, hall = town_hall
    client = sign_in(app, hall.ines)
    typed = {**TYPED, "territory_id": str(hall.place)}

    refused = post_form(client, "/bureau/registre/inscription", **{**typed, "born_on": "1990-01-01"})
    assert refused.status_code == 422
    assert 'value="Odette Anne"' in refused.get_data(as_text=True)
    with app.app_context():
        assert count(RegisterEntry) == 0

    page = post_form(client, "/bureau/registre/inscription", **typed).headers["Location"]
    shown = plain(client.get(page).get_data(as_text=True))
    assert "Sa lettre est" in shown
    assert "02 99 00 00 01" in shown
    letter = plain(client.get(f"{page}/lettre").get_data(as_text=True))
    assert "R. 121-2" in letter
    assert "1 rue du Puits" in letter
    assert post_form(client, f"{page}/lettre").status_code == 302
    changed = {
        **typed,
        "phone": "0299000009",
        "asked_by": "third_party",
        "asker": "Sa fille",
        "way": "written",
    }
    assert post_form(client, f"{page}/modifier", **changed).status_code == 302
    assert "02 99 00 00 09" in plain(client.get(page).get_data(as_text=True))
    with app.app_context():
        rose = actor_email(add_person("Rose", lives_in=hall.place))
    assert post_form(client, f"{page}/modifier", **{**changed, "email": rose}).status_code == 302
    assert "Rose : ce compte lit la fiche" in plain(client.get(page).get_data(as_text=True))
    assert post_form(client, f"{page}/compte/detacher").status_code == 302
    assert "Aucun : sa lettre" in plain(client.get(page).get_data(as_text=True))
    assert post_form(client, f"{page}/radiation", reason="asked").status_code == 302
    assert client.get(page).status_code == 404


def test_the_export_is_a_file_that_no_spreadsheet_takes_for_formulas(town_hall: tuple[Flask, Hall]) -> None:
    app, hall = town_hall
    with app.app_context():
        hall.register(family_name="=HYPERLINK(1)")
    client = sign_in(app, hall.ines)

    assert post_form(client, "/bureau/registre/export", request="").status_code == 422
    answer = post_form(client, "/bureau/registre/export", request="Préfecture")
    text = answer.get_data(as_text=True)

    assert answer.mimetype == "text/csv"
    assert "'=HYPERLINK(1)" in text
    assert PHONE in text
    assert "Préfecture" in client.get("/bureau/registre/export").get_data(as_text=True)


def test_everybody_reads_what_the_register_is_for_and_who_is_in_it_reads_her_own_page(
    town_hall: tuple[Flask, Hall],
) -> None:
    app, hall = town_hall
    with app.app_context():
        rose, email = add_person("Rose", lives_in=hall.place), ""
        email = actor_email(rose)
        hall.register(email=email)
    public = plain(app.test_client().get("/registre-nominatif").get_data(as_text=True))
    assert "65 ans et plus" in public
    assert "/registre-nominatif/ma-fiche" not in public
    own = sign_in(app, rose)
    assert "/registre-nominatif/ma-fiche" in own.get("/mon-espace").get_data(as_text=True)
    assert ADDRESS in own.get("/registre-nominatif/ma-fiche").get_data(as_text=True)
    assert sign_in(app, hall.omar).get("/registre-nominatif/ma-fiche").status_code == 404
    post_form(own, "/registre-nominatif/ma-fiche/radiation")
    with app.app_context():
        assert count(RegisterEntry) == 0
