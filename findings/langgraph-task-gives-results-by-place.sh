#!/usr/bin/env bash
# langgraph 1.2.24 (Python): in a flow that goes on after `interrupt`, a `@task` call is given the result that an earlier call of
# the task had at the same place, whatever its arguments: what was never paid is told as paid, and what was paid is paid again.
#
# Guess: a kept result belongs to a call with its arguments; where the calls are other ones than before, as the list they come
# from has changed, a new one runs, one that was made is found again, or the resume is refused, as durable workflow engines
# do that compare what is called with what was kept.
# Seen (Python 3.11.7, 2026-11-30): the flow reads what is due, pays a and b, and asks a person. While it waits, c comes to the
# front of the list. After the yes: pay("c") gives "paid a" and pay("a") gives "paid b", neither of which runs, and pay("b")
# runs a second time. Where the list has become ["z"], pay("z") gives "paid a". With refund("c") in front, which is a task
# of another name, that one runs, and what was kept at the places after it goes to the calls there. There is no error.
# The rule is that all of this is read within a task; whoever forgets it for one list is told so by nothing.
# dbos 3.4.0 compares names and not arguments: pay("b") was made again there as well, and the error came after it.
# Source: tried; https://docs.langchain.com/oss/python/langgraph/functional-api for the rule (determinism).
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile langgraph==1.2.24 langgraph-checkpoint==4.3.2 \
  langchain-core==1.8.3 >/dev/null 2>&1
cat >look.py <<'PY'
import sys
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.types import Command, interrupt

done = []


@task
def pay(to):
    done.append(f"pay {to}")
    return f"paid {to}"


@task
def refund(to):
    done.append(f"refund {to}")
    return f"refunded {to}"


TASKS = {"pay": pay, "refund": refund}


def resumed(at_first, later):
    """Gives what was done before the question, what after it, and what each call gave in the end."""
    done.clear()
    due = at_first

    @entrypoint(checkpointer=InMemorySaver())
    def flow(_):
        given = {}
        for call in due:
            name, to = call.split()
            given[call] = TASKS[name](to).result()
        interrupt("all right?")
        return given

    config = {"configurable": {"thread_id": "1"}}
    flow.invoke("go", config)
    before = list(done)
    due = later
    given = flow.invoke(Command(resume="yes"), config)
    return before, done[len(before):], given


two = ["pay a", "pay b"]
seen = {
    "the same list": resumed(two, two),
    "one more in front": resumed(two, ["pay c", *two]),
    "another one": resumed(["pay a"], ["pay z"]),
    "another task in front": resumed(two, ["refund c", *two]),
}
for name, (before, after, given) in seen.items():
    print(f"{name}: done before {before}, after {after}\n  given {given}")
expected = {
    "the same list": (two, [], {"pay a": "paid a", "pay b": "paid b"}),
    "one more in front": (two, ["pay b"], {"pay c": "paid a", "pay a": "paid b", "pay b": "paid b"}),
    "another one": (["pay a"], [], {"pay z": "paid a"}),
    "another task in front": (two, ["refund c", "pay b"], {"refund c": "refunded c", "pay a": "paid b", "pay b": "paid b"}),
}
sys.exit(0 if seen == expected else "that is another behaviour than was seen")
PY
venv/bin/python look.py
