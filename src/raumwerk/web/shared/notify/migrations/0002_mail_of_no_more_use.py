from django.db import migrations, models


def erase_links_that_could_not_be_sent(apps, schema_editor):
    """Mail that opens an account kept its text when it had failed; from now on it does not."""
    apps.get_model("notify", "OutgoingMail").objects.filter(kind="account", state="failed").update(text="")


class Migration(migrations.Migration):

    dependencies = [
        ('notify', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='outgoingmail',
            name='until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='outgoingmail',
            name='state',
            field=models.CharField(choices=[('queued', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Sent'), ('failed', 'Failed'), ('dropped', 'Not sent any more')], default='queued', max_length=10),
        ),
        migrations.RunPython(erase_links_that_could_not_be_sent, migrations.RunPython.noop),
    ]
