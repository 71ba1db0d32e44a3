from django.db import migrations, models


class Migration(migrations.Migration):
    #: code that does not know it may finish what it has in hand
    is_additive = True

    dependencies = [
        ("orchestration", "0010_log_and_course"),
    ]

    operations = [
        migrations.CreateModel(
            name="Addition",
            fields=[
                ("label", models.CharField(max_length=300, primary_key=True, serialize=False)),
            ],
        ),
    ]
