"""The first steps of a new commune, until something has been heard."""

from __future__ import annotations

from dataclasses import dataclass

from controller.store.first_steps import FirstSteps
from controller.store.people import Account, Role
from controller.web.pages.words import Words


@dataclass(frozen=True, slots=True)
class GuidedStep:
    """One of the steps; without `href` this person cannot take it."""

    title: str
    text: str
    done: bool
    href: str
    current: bool = False


def guide(done: FirstSteps, who: Account, words: Words) -> list[GuidedStep]:
    """What `who` reads; the first step that is not done is the current one."""
    say = words.say
    joins = say("Make a code and type it into the loudspeaker: it joins by itself.")
    joined = say("It has joined. As soon as it has a line, it says that it is there.")
    steps = [
        (
            done.areas,
            say("Areas"),
            say("Write down the commune and its villages, or import them from a file."),
            "/areas",
            Role.ADMINISTRATOR,
        ),
        (
            done.device and done.seen,
            say("First loudspeaker"),
            joined if done.device and not done.seen else joins,
            "/devices" if done.device else "/devices/new",
            Role.TECHNICIAN,
        ),
        (
            done.second_person,
            say("A second person"),
            say("Whoever writes does not approve: invite somebody who does."),
            "/people",
            Role.ADMINISTRATOR,
        ),
        (
            done.approved,
            say("First bulletin"),
            say("It is written. Now the second person hears it and approves it.")
            if done.bulletin
            else say("Write a sentence, listen to it, choose village and time, and send it for approval."),
            "/programmes" if done.bulletin else "/bulletins/new",
            Role.EDITOR,
        ),
        (
            False,
            say("Heard"),
            say("The loudspeaker fetches plan and sound ahead, plays, and its signed receipt ends this guide."),
            "/programmes" if done.approved else "",
            Role.EDITOR,
        ),
    ]
    first = next(number for number, step in enumerate(steps) if not step[0])
    return [
        GuidedStep(title, text, is_done, href if who.holds(role) else "", number == first)
        for number, (is_done, title, text, href, role) in enumerate(steps)
    ]
