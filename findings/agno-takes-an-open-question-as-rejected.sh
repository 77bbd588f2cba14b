#!/usr/bin/env bash
# agno 3.1.10 (Python): a confirmation that nobody has answered yet when a run is continued is a "no": the model is told
# "rejected by the user", the run is over, and a person's later yes is refused or passed over.
#
# Guess: a run that is continued with one of two answers, or none, pauses again with what is still open, or refuses with the
# words that its code has for that: "Run has unresolved HITL requirements".
# Seen (Python 3.11.7, 2026-11-30): the model proposes pay("a") and pay("b"), and a person says yes to a. `continue_run` with
# both requirements, or with that of a alone, pays a, tells the model of b "Function call was rejected by the user" and ends
# COMPLETED. Continued without any, both are told as rejected, COMPLETED, while the run lists both as open.
# The yes to b then: `confirm` raises "does not require confirmation"; `updated_tools` with `confirmed = True` ends COMPLETED
# and pays nothing. Only the question of b as it was read while the run was paused can still be answered: that pays b in
# another run, and the first still has b as rejected.
# Source: tried; `handle_tool_call_updates` in agno/agent/_tools.py asks only whether the answer is a yes.
# https://github.com/agno-agi/agno/issues/9401 (open) has it for the members of a team, which stay paused for ever;
# https://docs.agno.com/hitl/overview: a run pauses until its requirements are resolved.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check agno==3.1.10 >/dev/null 2>&1
cat >look.py <<'PY'
import sys

from agno.agent import Agent
from agno.db.in_memory import InMemoryDb
from agno.models.base import Model
from agno.models.response import ModelResponse
from agno.tools import tool

REJECTED = "Function call was rejected by the user"
done = []


@tool(requires_confirmation=True)
def pay(to: str) -> str:
    """Pays."""
    done.append(to)
    return f"paid {to}"


def proposed(to):
    return {"id": to, "type": "function", "function": {"name": "pay", "arguments": f'{{"to": "{to}"}}'}}


class Played(Model):
    told = None

    def invoke(self, messages, **_named):
        results = {message.tool_call_id: message.content for message in messages if message.role == "tool"}
        if not results:
            return ModelResponse(role="assistant", tool_calls=[proposed("a"), proposed("b")])
        self.told = results
        return ModelResponse(role="assistant", content="done")

    async def ainvoke(self, messages, **named):
        return self.invoke(messages, **named)

    def invoke_stream(self, messages, **named):
        yield self.invoke(messages, **named)

    async def ainvoke_stream(self, messages, **named):
        yield self.invoke(messages, **named)

    def _parse_provider_response(self, response, **_named):
        return response

    def _parse_provider_response_delta(self, response):
        return response


def by_payee(questions):
    return {question.tool_execution.tool_args["to"]: question for question in questions}


def what_is_open(run):
    return [question.tool_execution.tool_args["to"] for question in run.active_requirements]


class Clerk:
    def __init__(self):
        done.clear()
        self.model = Played(id="played")
        self.agent = Agent(model=self.model, tools=[pay], db=InMemoryDb(), telemetry=False)
        self.run = self.agent.run("go", session_id="1")

    def stored(self):
        return self.agent.get_run_output(self.run.run_id, session_id="1")

    def goes_on(self, **answers):
        run = self.agent.continue_run(run_id=self.run.run_id, session_id="1", **answers)
        return {
            "run": "the same" if run.run_id == self.run.run_id else "another",
            "status": run.status.value,
            "open": what_is_open(run),
            "done": list(done),
            "told": self.model.told,
        }

    def yes_to_a(self, *delivered):
        questions = by_payee(self.stored().active_requirements)
        questions["a"].confirm()
        return self.goes_on(requirements=[questions[to] for to in delivered])


def later_by_question():
    clerk = Clerk()
    clerk.yes_to_a("a", "b")
    try:
        by_payee(clerk.stored().requirements)["b"].confirm()
    except ValueError as error:
        return {"raised": str(error), "done": list(done)}
    return {"raised": None}


def later_by_tools():
    clerk = Clerk()
    clerk.yes_to_a("a", "b")
    tools = clerk.stored().tools
    for call in tools:
        call.confirmed = True
    return clerk.goes_on(updated_tools=tools)


def later_by_kept_question():
    clerk = Clerk()
    kept = by_payee(clerk.stored().active_requirements)["b"]
    clerk.yes_to_a("a", "b")
    kept.confirm()
    first = {call.tool_args["to"]: call.confirmation_note for call in clerk.stored().tools}
    return {**clerk.goes_on(requirements=[kept]), "first run says": first["b"]}


seen = {
    "no answer": Clerk().goes_on(),
    "yes to a, both delivered": Clerk().yes_to_a("a", "b"),
    "yes to a, a delivered": Clerk().yes_to_a("a"),
    "then yes to b, by its question": later_by_question(),
    "then yes to b, by updated_tools": later_by_tools(),
    "then yes to b, by a question that was kept": later_by_kept_question(),
}
for name, what in seen.items():
    print(f"{name}: {what}")
over = {"run": "the same", "status": "COMPLETED", "open": [], "done": ["a"], "told": {"a": "paid a", "b": REJECTED}}
expected = (
    seen["no answer"] == {**over, "open": ["a", "b"], "done": [], "told": {"a": REJECTED, "b": REJECTED}}
    and seen["yes to a, both delivered"] == over
    and seen["yes to a, a delivered"] == over
    and seen["then yes to b, by its question"]
    == {"raised": "This requirement does not require confirmation", "done": ["a"]}
    and seen["then yes to b, by updated_tools"] == {**over, "run": "another"}
    and seen["then yes to b, by a question that was kept"]
    == {
        **over,
        "run": "another",
        "done": ["a", "b"],
        "told": {"a": "paid a", "b": "paid b"},
        "first run says": "Tool call was rejected",
    }
)
sys.exit(0 if expected else "that is another behaviour than was seen")
PY
venv/bin/python look.py
