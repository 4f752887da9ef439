"""The part of docs/IMPORT.md that follows from the catalogue; ``python -m`` writes it anew."""

from __future__ import annotations

import sys
from pathlib import Path

from graphcore.exchange.choices import allowed
from graphcore.exchange.forms.catalogue import FORMS, Field, Form, Type

BEGIN, END = "<!-- forms: generated -->", "<!-- forms: end -->"


def forms_text() -> str:
    """Return every form with its fields and accepted headers, as Markdown."""
    overview = "\n".join(
        f"| `{f.code}` | {f.title} | {'、'.join(x.headers[0] for x in f.fields if x.required)} |"
        for f in FORMS
    )
    parts = [f"| form | title | required columns |\n|---|---|---|\n{overview}"]
    return "\n\n".join([*parts, *map(_form, FORMS)])


def _form(form: Form) -> str:
    rows = "\n".join(map(_field, form.fields))
    key = ", ".join(form.key)
    return (
        f"### {form.title} (`{form.code}`)\n\nA row's own key: {key}.\n\n"
        f"| field | headers (the first is the official one) | type | |\n|---|---|---|---|\n{rows}"
    )


def _field(field: Field) -> str:
    notes = ["required"] if field.required else []
    if field.most is not None:
        notes.append(f"at most {field.most}")
    if field.type in (Type.CHOICE, Type.CHOICES):
        notes.append(allowed(field))
    if field.personal:
        notes.append("personal")
    return f"| `{field.name}` | {'、'.join(field.headers)} | {field.type} | {'; '.join(notes)} |"


def renewed(text: str) -> str:
    """Return the guide with its generated part renewed."""
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{forms_text()}\n{END}{tail}"


def main(path: Path) -> None:
    """Renew the guide in place."""
    path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
