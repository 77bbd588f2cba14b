#!/usr/bin/env bash
# autogen-ext 0.7.5 (AutoGen, Python): a text of an MCP tool whose schema names a `format` arrives as another text, and what the
# schema takes without naming it is left out, by `mcp_server_tools`; by `McpWorkbench` all arrives as the model wrote it.
#
# Guess: `format` is checked, and the text is sent as it was; two ways of one package to one server send the same.
# Seen (Python 3.11.7, autogen-core 0.7.5, mcp 1.30.0, 2026-11-30): {"redirect": "https://app.example.org"}, of format uri, arrives
# as "https://app.example.org/", which is another redirect to who compares them as texts, as OAuth does;
# "https://example.org:443/a" loses its port, a uuid in capitals becomes small, "2026-11-30T10:00:00.000Z" becomes
# "2026-11-30T10:00:00Z", and the duration "PT36H" becomes "P1DT12H". A field of `additionalProperties` is gone. What is
# signed, looked up or compared by its text is no longer what the model wrote and the log of the agent has.
# Source: schema_to_pydantic_model in autogen_core/utils/_json_to_pydantic.py makes types of Python of them, which McpToolAdapter
# in autogen_ext/tools/mcp/_base.py writes as JSON again; McpWorkbench sends the arguments that it is called with.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile "autogen-ext[mcp]==0.7.5" autogen-core==0.7.5 \
  mcp==1.30.0 >/dev/null 2>&1
cat >server.py <<'PY'
import asyncio, json
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

server = Server("desk")
formats = {"redirect": "uri", "page": "uri", "id": "uuid", "at": "date-time", "wait": "duration"}
text = {"type": "string"}
properties = {name: {**text, "format": format} for name, format in formats.items()}
schema = {"type": "object", "properties": properties, "additionalProperties": text}


@server.list_tools()
async def list_tools():
    return [types.Tool(name="change", description="Changes something.", inputSchema=schema)]


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
import asyncio, json, logging, sys, warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
from autogen_core import CancellationToken
from autogen_ext.tools.mcp import McpWorkbench, StdioServerParams, create_mcp_server_session, mcp_server_tools

WRITTEN = {
    "redirect": "https://app.example.org",
    "page": "https://example.org:443/a",
    "id": "6F9619FF-8B86-4D01-B42D-00CF4FC964FF",
    "at": "2026-11-30T10:00:00.000Z",
    "wait": "PT36H",
    "colour": "red",
}
program = StdioServerParams(command=sys.executable, args=["server.py"], read_timeout_seconds=60)


async def look():
    async with create_mcp_server_session(program) as session:
        await session.initialize()
        [tool] = await mcp_server_tools(program, session=session)
        by_tool = await tool.run_json(WRITTEN, CancellationToken())
    async with McpWorkbench(program) as workbench:
        by_workbench = await workbench.call_tool("change", WRITTEN)
    return json.loads(by_tool[0].text), json.loads(by_workbench.result[0].content)


by_tool, by_workbench = asyncio.run(look())
print(f"the model:        {json.dumps(WRITTEN)}\nmcp_server_tools: {json.dumps(by_tool)}\nMcpWorkbench:     {json.dumps(by_workbench)}")
expected = {
    "redirect": "https://app.example.org/",
    "page": "https://example.org/a",
    "id": WRITTEN["id"].lower(),
    "at": "2026-11-30T10:00:00Z",
    "wait": "P1DT12H",
}
sys.exit(0 if (by_tool, by_workbench) == (expected, WRITTEN) else "that is another behaviour than was seen")
PY
venv/bin/python look.py
