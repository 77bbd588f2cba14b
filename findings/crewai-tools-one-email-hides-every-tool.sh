#!/usr/bin/env bash
# crewai-tools 1.15.30: one tool with an argument of `"format": "email"` takes all tools of its MCP server away, as it is installed.
#
# Guess: `format` is a note to the model, or checked as a text; were one tool of no use, the others would be there.
# Seen (Python 3.11.7, mcp 1.30.0, mcpadapt 0.1.19, 2026-11-30), after `pip install crewai-tools[mcp]`: MCPServerAdapter throws
# "Failed to initialize MCP Adapter: email-validator is not installed, run `pip install 'pydantic[email]'`", which names no
# tool, also if only the other one is asked for by name. By `Agent(mcps=...)` both are there, and the model is shown no
# arguments of the one that sends mail. A server that describes an argument better is one that does not connect.
# Source: crewai/utilities/pydantic_schema_utils.py, whose FORMAT_TYPE_MAP makes it pydantic's EmailStr. Its `except ImportError`
# takes a text instead, and never comes to it: the name is there without the package, which fails when a model is made.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile "crewai-tools[mcp]==1.15.30" crewai==1.15.30 mcp==1.30.0 mcpadapt==0.1.19 >/dev/null 2>&1
cat >server.py <<'PY'
import asyncio
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

server = Server("desk")


def tool(name, **properties):
    return types.Tool(name=name, description="", inputSchema={"type": "object", "properties": properties})


@server.list_tools()
async def list_tools():
    return [tool("look", query={"type": "string"}), tool("send_mail", to={"type": "string", "format": "email"})]


async def main():
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


asyncio.run(main())
PY
cat >look.py <<'PY'
import contextlib, logging, os, sys, warnings

os.environ |= {"CREWAI_DISABLE_TELEMETRY": "true", "OTEL_SDK_DISABLED": "true", "CREWAI_TRACING_ENABLED": "false"}
os.environ |= {"HOME": os.getcwd(), "OPENAI_API_KEY": "none"}
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
from crewai import Agent
from crewai.mcp import MCPServerStdio
from crewai_tools import MCPServerAdapter
from mcp import StdioServerParameters

program = {"command": sys.executable, "args": ["server.py"]}


def adapted(*names):
    try:
        with MCPServerAdapter(StdioServerParameters(**program), *names) as tools:
            return [tool.name for tool in tools]
    except RuntimeError as error:
        return str(error)


# The framework draws boxes of what it does.
with open("drawn", "w") as drawn, contextlib.redirect_stdout(drawn):
    seen = {"adapter": adapted(), "adapter, look": adapted("look")}
    agent = Agent(role="clerk", goal="g", backstory="b", llm="gpt-4o", mcps=[MCPServerStdio(**program)])
    tools = agent.get_mcp_tools(agent.mcps)
    # A name begins with the server's, which is made of its command.
    seen["mcps="] = [
        (next(name for name in ("look", "send_mail") if tool.name.endswith(name)), list(tool.args_schema.model_fields))
        for tool in tools
    ]
for name, what in seen.items():
    print(f"{name}: {what}")
lacking = "Failed to initialize MCP Adapter: email-validator is not installed, run `pip install 'pydantic[email]'`"
expected = {"adapter": lacking, "adapter, look": lacking, "mcps=": [("look", ["query"]), ("send_mail", [])]}
sys.exit(0 if seen == expected else "that is another behaviour than was seen")
PY
venv/bin/python look.py
