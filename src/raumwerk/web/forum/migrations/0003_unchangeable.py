"""Published minutes and resolutions are not changed and not removed: the database itself refuses it."""

from django.db import migrations

MESSAGE = "Published minutes and resolutions are neither changed nor removed."

GUARDS = {
    "forum_resolution": "OLD.state = 'published'",
    "forum_minutes": "OLD.state = 'published'",
    "forum_minutesentry": "(SELECT state FROM forum_minutes WHERE id = OLD.minutes_id) = 'published'",
}


def add(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    if postgres:
        schema_editor.execute(
            "CREATE FUNCTION forum_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table, condition in GUARDS.items():
        for event in ("UPDATE", "DELETE"):
            name = f"{table}_no_{event.lower()}"
            if not postgres:
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN {condition} "
                    f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
                )
            elif "SELECT" not in condition:
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN ({condition}) "
                    "EXECUTE FUNCTION forum_refuse()"
                )
            else:  # a condition that looks into another table stands in the function
                result = "NEW" if event == "UPDATE" else "OLD"
                schema_editor.execute(
                    f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                    f"$$ BEGIN IF {condition} THEN RAISE EXCEPTION '{MESSAGE}' "
                    f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {result}; END $$"
                )
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
                )


def remove(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    for table, condition in GUARDS.items():
        for event in ("UPDATE", "DELETE"):
            name = f"{table}_no_{event.lower()}"
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}" if postgres else f"DROP TRIGGER {name}")
            if postgres and "SELECT" in condition:
                schema_editor.execute(f"DROP FUNCTION {name}()")
    if postgres:
        schema_editor.execute("DROP FUNCTION forum_refuse()")


class Migration(migrations.Migration):
    dependencies = [("forum", "0002_meetings")]

    operations = [migrations.RunPython(add, remove)]
