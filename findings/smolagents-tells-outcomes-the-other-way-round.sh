#!/usr/bin/env bash
# smolagents 1.26.0 with mcpadapt 0.1.19: of an MCP tool the model is told a failure where the call was done, a plain result
# where it failed, and the first block of a result that has several.
#
# Guess: `isError` decides what the model is told; a result without content is an empty one, and blocks are put together.
# Seen (Python 3.11.7, mcp 1.30.0, 2026-11-30): a tool that returns nothing has acted, its result is `content: []` without
# isError, and the model reads "ValueError: tool pay returned an empty content", "Please try again" and "Now let's retry":
# the way to a second payment. A tool that raises comes as an observation, with nothing that marks it but the server's words.
# Of "paid a" and "b was refused" the model reads "paid a".
# Source: `forward` in mcpadapt/smolagents_adapter.py; https://github.com/grll/mcpadapt/issues/67 for the blocks;
# https://modelcontextprotocol.io/specification/2025-11-25/server/tools#error-handling says what isError is for.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check smolagents==1.26.0 mcpadapt==0.1.19 'mcp[ws]==1.30.0' \
  >/dev/null 2>&1
cat >server.py <<'PY'
import sys
from mcp.server.fastmcp import FastMCP

server = FastMCP("bank", log_level="CRITICAL")


def acted(name):
    with open(sys.argv[1], "a") as file:
        file.write(f"{name}\n")


@server.tool()
def pay(to: str) -> None:
    """Pays."""
    acted("pay")


@server.tool()
def close(to: str) -> str:
    """Closes an account."""
    acted("close")
    raise ValueError("the account has a balance")


@server.tool(structured_output=False)
def pay_both(to: str):
    """Pays two."""
    acted("pay_both")
    return [f"paid {to}", "b was refused"]


server.run()
PY
cat >look.py <<'PY'
import asyncio, logging, os, sys

logging.disable(logging.CRITICAL)
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from smolagents import MCPClient, Model, ToolCallingAgent
from smolagents.models import ChatMessage, ChatMessageToolCall, ChatMessageToolCallFunction, MessageRole

LOG = "acted.txt"
server = StdioServerParameters(command=sys.executable, args=["server.py", LOG])
TOOLS = ("pay", "close", "pay_both")


def calls_made():
    made = open(LOG).read().split() if os.path.exists(LOG) else []
    open(LOG, "w").close()
    return made


class Played(Model):
    def __init__(self, tool):
        super().__init__(model_id="played")
        self.tool, self.read = tool, None

    def generate(self, messages, **_named):
        first = self.read is None
        self.read = "".join(part["text"] for part in messages[-1].content)
        name, arguments = (self.tool, {"to": "a"}) if first else ("final_answer", {"answer": "done"})
        function = ChatMessageToolCallFunction(name=name, arguments=arguments)
        call = ChatMessageToolCall(id=name, type="function", function=function)
        return ChatMessage(role=MessageRole.ASSISTANT, content="", tool_calls=[call])


async def sent():
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        results = {tool: await session.call_tool(tool, {"to": "a"}) for tool in TOOLS}
        return {tool: (result.isError, [block.text for block in result.content]) for tool, result in results.items()}


over_the_wire = asyncio.run(sent())
calls_made()
told, made = {}, {}
with MCPClient(server, structured_output=False) as tools:
    for tool in TOOLS:
        model = Played(tool)
        ToolCallingAgent(tools=list(tools), model=model, verbosity_level=-1, max_steps=3).run("go")
        told[tool], made[tool] = model.read, calls_made()
for tool in TOOLS:
    print(f"{tool}: sent isError {over_the_wire[tool][0]}, {over_the_wire[tool][1]}")
    print(f"  told {told[tool]!r}")
expected = (
    all(made[tool] == [tool] for tool in TOOLS)
    and over_the_wire["pay"] == (False, [])
    and told["pay"].startswith("Error:")
    and "returned an empty content" in told["pay"]
    and "let's retry" in told["pay"]
    and over_the_wire["close"][0] is True
    and told["close"].startswith("Observation:")
    and "retry" not in told["close"]
    and len(over_the_wire["pay_both"][1]) == 2
    and told["pay_both"] == "Observation:\npaid a"
)
sys.exit(0 if expected else "that is another behaviour than was seen")
PY
venv/bin/python look.py
