#!/usr/bin/env bash
# crewai 1.15.30: of its two ways to an MCP server, one sends null for what the model left out and the other takes out the null,
# the empty list and the empty object that the model gave.
#
# Guess: the server gets the arguments that the model made, by either way; what does not fit the tool's schema is refused.
# Seen (Python 3.11.7, mcp 1.30.0, 2026-11-30), for a contact whose phone and tags may be null, as the schema says:
# by crewai-tools' MCPServerAdapter {"id": "7", "tags": ["vip"]} arrives with "phone": null, by which a server clears a phone
# that nobody spoke of, and with "note": null, where the schema takes none: a server that looks refuses the call. By
# `Agent(mcps=...)` {"id": "7", "phone": null}, {"id": "7", "tags": []} and {"id": "7", "fields": {"phone": null}} all arrive
# as {"id": "7"}: nothing is cleared, and no error says so. A list of texts called `sources` arrives as one of objects,
# ["web"] as [{"type": "web"}].
# Source: MCPClient._clean_tool_arguments in crewai/mcp/client.py; CrewAIToolAdapter in crewai_tools/adapters/mcp_adapter.py.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile "crewai-tools[mcp]==1.15.30" crewai==1.15.30 mcp==1.30.0 mcpadapt==0.1.19 >/dev/null 2>&1
cat >server.py <<'PY'
import asyncio, json
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

server = Server("desk")
text = {"type": "string"}
schema = {
    "type": "object",
    "properties": {
        "id": text,
        "phone": {"type": ["string", "null"]},
        "tags": {"type": ["array", "null"], "items": text},
        "fields": {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
        "sources": {"type": "array", "items": text},
        "note": text,
    },
    "required": ["id"],
}


@server.list_tools()
async def list_tools():
    return [types.Tool(name="change", description="Changes a contact.", inputSchema=schema)]


# It answers with what reaches it, and looks at none of it.
@server.call_tool(validate_input=False)
async def call_tool(name, arguments):
    return [types.TextContent(type="text", text=json.dumps(arguments))]


async def main():
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


asyncio.run(main())
PY
cat >look.py <<'PY'
import contextlib, json, logging, os, sys, warnings

os.environ |= {"CREWAI_DISABLE_TELEMETRY": "true", "OTEL_SDK_DISABLED": "true", "CREWAI_TRACING_ENABLED": "false"}
os.environ |= {"HOME": os.getcwd(), "OPENAI_API_KEY": "none"}
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
from crewai import Agent
from crewai.mcp import MCPServerStdio
from crewai_tools import MCPServerAdapter
from mcp import StdioServerParameters

LEFT_OUT = {"phone": None, "tags": None, "fields": None, "sources": None, "note": None}
# What the model calls the tool with, and what arrives by `mcps=`; by the adapter it arrives with all that was left out.
CALLS = [
    ({"id": "7", "tags": ["vip"]}, {"id": "7", "tags": ["vip"]}),
    ({"id": "7", "phone": None}, {"id": "7"}),
    ({"id": "7", "tags": []}, {"id": "7"}),
    ({"id": "7", "fields": {"phone": None}}, {"id": "7"}),
    ({"id": "7", "sources": ["web"]}, {"id": "7", "sources": [{"type": "web"}]}),
]
program = {"command": sys.executable, "args": ["server.py"]}
seen = []
# The framework draws boxes of what it does.
with open("drawn", "w") as drawn, contextlib.redirect_stdout(drawn):
    agent = Agent(role="clerk", goal="g", backstory="b", llm="gpt-4o", mcps=[MCPServerStdio(**program)])
    [native] = agent.get_mcp_tools(agent.mcps)
    with MCPServerAdapter(StdioServerParameters(**program)) as [adapted]:
        for call, _ in CALLS:
            seen.append((json.loads(native.run(**call)), json.loads(adapted.run(**call))))
for (call, _), (by_mcps, by_adapter) in zip(CALLS, seen):
    print(f"the model: {json.dumps(call)}\n  mcps=:   {json.dumps(by_mcps)}\n  adapter: {json.dumps(by_adapter)}")
expected = [(by_mcps, LEFT_OUT | call) for call, by_mcps in CALLS]
sys.exit(0 if seen == expected else "that is another behaviour than was seen")
PY
venv/bin/python look.py
