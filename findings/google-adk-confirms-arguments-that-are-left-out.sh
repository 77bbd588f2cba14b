#!/usr/bin/env bash
# google-adk 2.13.0: the arguments that a person is shown to confirm are not the ones that the tool is called with.
#
# Guess: a call whose arguments do not fit the tool's declaration is refused to the model, as one that lacks an argument
# is; if not, what the person confirmed is what runs.
# Seen (Python 3.11.7, 2026-11-29): the model calls send(to, amount) with {"to": "x", "amount": "5", "dry_run": true}. The
# request for confirmation shows all three; after the yes the function runs with to and amount alone, and with the text
# "5" where it declares an integer. A person who says yes because it is a dry run has the mail sent.
# Source: FunctionTool in google/adk/tools/function_tool.py keeps the names of the signature; checks are for what is missing.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check google-adk==2.13.0 >/dev/null 2>&1
cat >look.py <<'PY'
import asyncio, logging, sys, warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
from google.adk.agents import LlmAgent
from google.adk.models import BaseLlm, LlmResponse
from google.adk.runners import InMemoryRunner
from google.adk.tools import FunctionTool
from google.genai import types

PROPOSED = {"to": "x", "amount": "5", "dry_run": True}
ran = []


def send(to: str, amount: int) -> dict:
    """Sends an amount."""
    ran.append({"to": to, "amount": amount})
    return {"sent": True}


def message(role, *parts):
    return types.Content(role=role, parts=list(parts))


class Model(BaseLlm):
    async def generate_content_async(self, request, stream=False):
        answered = any(part.function_response for content in request.contents for part in content.parts)
        part = (
            types.Part(text="done")
            if answered
            else types.Part(function_call=types.FunctionCall(id="c1", name="send", args=dict(PROPOSED)))
        )
        yield LlmResponse(content=message("model", part))


async def look():
    tools = [FunctionTool(send, require_confirmation=True)]
    runner = InMemoryRunner(agent=LlmAgent(name="clerk", model=Model(model="scripted"), tools=tools), app_name="look")
    session = await runner.session_service.create_session(app_name="look", user_id="u")

    async def turn(content):
        events = [e async for e in runner.run_async(user_id="u", session_id=session.id, new_message=content)]
        return [part for e in events if e.content for part in e.content.parts]

    parts = await turn(message("user", types.Part(text="go")))
    asked = next(p.function_call for p in parts if p.function_call and p.function_call.name == "adk_request_confirmation")
    assert ran == []
    yes = types.FunctionResponse(id=asked.id, name=asked.name, response={"confirmed": True})
    await turn(message("user", types.Part(function_response=yes)))
    return asked.args["originalFunctionCall"]["args"]


shown = asyncio.run(look())
print(f"shown to the person: {shown}")
print(f"the function ran with: {ran}")
expected = shown == PROPOSED and ran == [{"to": "x", "amount": "5"}]
sys.exit(0 if expected else "that is another behaviour than was seen")
PY
venv/bin/python look.py
