#!/usr/bin/env bash
# crewai 1.15.30: of one call that the model makes, a tool that raises is run six times where the model writes its calls as
# text, and an MCP tool that takes longer than its time is called three times.
#
# Guess: the tool runs once and the model is told the error, as it is where the model has function calls of its own; a call
# whose time is over is given up, since nobody knows how far it came.
# Seen (Python 3.11.7, mcp 1.30.0, 2026-11-30): `pay` pays and then raises, as where a receipt cannot be written. With a model
# that has function calls: one payment. With one that has none ("Action: pay"): six, by two model calls, one that asks for
# the tool and one that reads the answer. The MCP client of `Agent(mcps=...)`, whose calls have 30 seconds (2 here), sends
# `pay` again each time they are over: three payments, all of which are done, and "Operation timed out after 2 seconds".
# An answer with isError is not repeated.
# Source: ToolUsage._use in crewai/tools/tool_usage.py, where a call that raised is made again with the arguments unfiltered, and
# all of that three times (https://github.com/crewAIInc/crewAI/issues/7449, open); MCPClient._retry_operation in
# crewai/mcp/client.py, which `call_tool` shares with the listing of tools.
#
# Prints what it sees; fails when that changes. Takes about 20 s, since the client waits before it repeats.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile crewai==1.15.30 mcp==1.30.0 >/dev/null 2>&1
cat >server.py <<'PY'
import sys, time
from mcp.server.fastmcp import FastMCP

server = FastMCP("bank", log_level="CRITICAL")


def paid(to):
    with open("paid", "a") as file:
        file.write(f"{to}\n")


@server.tool()
def pay_slowly(to: str) -> str:
    """Pays, which takes a while."""
    paid(to)
    time.sleep(4)
    return f"paid {to}"


@server.tool()
def pay_and_raise(to: str) -> str:
    """Pays, and fails."""
    paid(to)
    raise ValueError("the receipt could not be written")


server.run()
PY
cat >look.py <<'PY'
import asyncio, contextlib, logging, os, sys, warnings

os.environ |= {"CREWAI_DISABLE_TELEMETRY": "true", "OTEL_SDK_DISABLED": "true", "CREWAI_TRACING_ENABLED": "false"}
os.environ |= {"HOME": os.getcwd()}
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
from crewai import Agent, BaseLLM
from crewai.mcp import MCPClient
from crewai.mcp.transports.stdio import StdioTransport
from crewai.tools import tool

payments = []


@tool("pay")
def pay(to: str) -> str:
    """Pays."""
    payments.append(to)
    raise RuntimeError("the receipt could not be written")


class Played(BaseLLM):
    """The first answer asks for one payment, the second is the end."""

    def __init__(self, native):
        super().__init__(model="played")
        self._native, self._asked = native, 0

    def supports_function_calling(self):
        return self._native

    def call(self, messages, *_args, **_named):
        self._asked += 1
        if self._asked > 1:
            return "done" if self._native else "Thought: I now know the final answer\nFinal Answer: done"
        function = {"name": "pay", "arguments": '{"to": "a"}'}
        call = [{"id": "c1", "type": "function", "function": function}]
        return call if self._native else 'Thought: I pay\nAction: pay\nAction Input: {"to": "a"}'


def by_agent(native):
    payments.clear()
    model = Played(native)
    Agent(role="clerk", goal="g", backstory="b", llm=model, tools=[pay]).kickoff("pay a")
    return model._asked, len(payments)


async def by_client(name):
    open("paid", "w").close()
    program = StdioTransport(command=sys.executable, args=["server.py"])
    client = MCPClient(program, execution_timeout=2)
    await client.connect()
    try:
        told = str(await client.call_tool(name, {"to": "a"}))
    except ConnectionError as error:
        told = str(error)
    await asyncio.sleep(4)
    await client.disconnect()
    return told, len(open("paid").readlines())


# The framework draws boxes of what it does.
with open("drawn", "w") as drawn, contextlib.redirect_stdout(drawn):
    native, as_text = by_agent(True), by_agent(False)
    slow, raising = asyncio.run(by_client("pay_slowly")), asyncio.run(by_client("pay_and_raise"))
print(f"function calls: the model is asked {native[0]} times, {native[1]} payments")
print(f"calls as text: the model is asked {as_text[0]} times, {as_text[1]} payments")
print(f"MCP, longer than its time: {slow[1]} payments, told {slow[0]!r}")
print(f"MCP, isError: {raising[1]} payments, told {raising[0]!r}")
expected = (
    native == (2, 1)
    and as_text == (2, 6)
    and slow == ("Operation timed out after 2 seconds", 3)
    and raising[1] == 1
)
sys.exit(0 if expected else "that is another behaviour than was seen")
PY
venv/bin/python look.py
