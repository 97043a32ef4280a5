"""People of whom no system knows more than that they wrote a text."""

from scripts.sandbox.cases.stage import Case, Stage
from scripts.sandbox.texting import ANSWER, stranger, write


def _phone_alone(stage: Stage) -> None:
    records = []
    for place, body in enumerate(("Do you have lockers?", "Is the gym open on Monday?")):
        moment = stage.moment_of(0.6 + place / 10, "text", place)
        name, number = f"{stage.prefix}{'ab'[place]}", 2 * stage.copy + place
        person = stranger(stage.world, name, number, moment, stage.case)
        write(stage.world, person, moment, body, "first", is_inbound=True)
        write(stage.world, person, moment + 900, ANSWER, "first-answer")
        records.append(f"twilio:{person.person_id}")
    stage.strangers(*records)


CASES = [Case("phone alone", _phone_alone)]
