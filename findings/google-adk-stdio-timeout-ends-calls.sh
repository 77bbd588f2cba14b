#!/usr/bin/env bash
# google-adk 2.13.0: the timeout "for establishing the connection" to an MCP server that is started as a program (5 seconds
# unless told) is the time that each of its tools may take.
#
# Guess: a tool that takes longer is waited for, as it is over streamable HTTP, where a parameter of the same name, words and
# 5 seconds says nothing of calls.
# Seen (Python 3.11.7, mcp 2.3.0, 2026-11-30), with 12 seconds for both, so that a program has time to start: by
# StdioConnectionParams a tool of 2 seconds answers; of one of 15 the model is told after 12 that it failed ("MCP tool
# execution failed: Request 'tools/call' timed out") and the server is told to cancel it. By StreamableHTTPConnectionParams
# the same tool answers. A tool that asks a person, or that has done half of its work by then, is a failure to the model,
# and nothing names the parameter that decides it.
# Source: SessionContext in google/adk/tools/mcp_tool/session_context.py, which gives a stdio session `timeout` and every other
# one `sse_read_timeout` as read timeout; the words are StdioConnectionParams' in mcp_session_manager.py.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check "google-adk[mcp]==2.13.0" mcp==2.3.0 >/dev/null 2>&1
cat >server.py <<'PY'
import asyncio, sys
from mcp.server.mcpserver import MCPServer

server = MCPServer("desk")


@server.tool()
async def work(seconds: int) -> str:
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        note(f"{seconds}:cancelled")
        raise
    note(f"{seconds}:done")
    return "done"


def note(line):
    with open("notes", "a") as notes:
        notes.write(line + "\n")


if sys.argv[1] == "stdio":
    server.run("stdio")
else:
    server.run("streamable-http", port=int(sys.argv[1]))
PY
cat >look.py <<'PY'
import asyncio, logging, os, socket, subprocess, sys, warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
from google.adk.agents import LlmAgent
from google.adk.agents.invocation_context import InvocationContext
from google.adk.sessions import InMemorySessionService
from google.adk.tools.mcp_tool import McpToolset, StdioConnectionParams, StreamableHTTPConnectionParams
from google.adk.tools.tool_context import ToolContext
from mcp import StdioServerParameters


async def until(true):
    for _ in range(300):
        if true():
            return
        await asyncio.sleep(0.1)


def noted():
    return open("notes").read().split() if os.path.exists("notes") else []


async def called(params, seconds):
    before = len(noted())
    toolset = McpToolset(connection_params=params)
    [tool] = await toolset.get_tools()
    sessions = InMemorySessionService()
    session = await sessions.create_session(app_name="look", user_id="u")
    clerk = LlmAgent(name="clerk")
    invocation = InvocationContext(session_service=sessions, invocation_id="i", agent=clerk, session=session)
    answer = await tool.run_async(args={"seconds": seconds}, tool_context=ToolContext(invocation))
    await until(lambda: len(noted()) > before)
    await toolset.close()
    return answer.get("error") or answer["content"][0]["text"], noted()[before:]


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def look():
    program = StdioServerParameters(command=sys.executable, args=["server.py", "stdio"])
    stdio = StdioConnectionParams(server_params=program, timeout=12)
    seen = {(f"stdio, timeout {stdio.timeout}", seconds): await called(stdio, seconds) for seconds in (2, 15)}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([sys.executable, "server.py", str(port)], **quiet)
    try:
        await until(lambda: listens(port))
        http = StreamableHTTPConnectionParams(url=f"http://127.0.0.1:{port}/mcp", timeout=12)
        seen[f"http, timeout {http.timeout}", 15] = await called(http, 15)
    finally:
        server.terminate()
        server.wait()
    return seen


seen = asyncio.run(look())
for (how, seconds), (answer, notes) in seen.items():
    print(f"{how}, a tool of {seconds} s: the model is told {answer!r}; the server noted {notes}")
late = "MCP tool execution failed: Request 'tools/call' timed out"
expected = {
    ("stdio, timeout 12.0", 2): ("done", ["2:done"]),
    ("stdio, timeout 12.0", 15): (late, ["15:cancelled"]),
    ("http, timeout 12.0", 15): ("done", ["15:done"]),
}
sys.exit(0 if seen == expected else "that is another behaviour than was seen")
PY
venv/bin/python look.py
