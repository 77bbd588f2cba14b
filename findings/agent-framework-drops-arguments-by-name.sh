#!/usr/bin/env bash
# agent-framework-core 1.23.0 (Microsoft Agent Framework, Python): of an MCP tool's call, the arguments thread, session,
# options, tools, tool_choice, chat_options, conversation_id and response_format are taken away, and so is what its schema
# takes without naming it.
#
# Guess: the server gets what the model wrote and a person approved; a name that the framework needs for itself is refused
# when the tools are listed, or said in a log.
# Seen (Python 3.11.7, mcp 2.3.0, 2026-11-30): `reply` has an optional `thread` and `options`. The model is shown both, and so is
# the person whom `approval_mode="always_require"` asks: {"text": "the invoice is paid", "thread": "T1", "options": {"silent":
# true}}. After the yes the server gets {"text": "the invoice is paid"}: the answer meant for one thread is posted to
# everyone, the call is a success, and what the framework keeps of the conversation still has the thread. `close`, which
# requires `session`, gets {}. `label`, whose schema says that any name takes a text, gets {} as well.
# `additional_tool_argument_names=["thread", "options"]` sends those two; for `label` each name would have to be given. With
# "session" among the names `close` gets its own, and neither `reply` nor `label` is sent: they have none, so that the
# framework's session object is put into their arguments and cannot be written as JSON.
# Source: _MCP_FRAMEWORK_DENYLIST and MCPTool._prepare_call_kwargs in agent_framework/_mcp.py, as "a safety net" for objects
# of the framework that cannot be sent; it looks at names, not at who gave the value.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile agent-framework-core==1.23.0 mcp==2.3.0 \
  tenacity==9.1.4 >/dev/null 2>&1
cat >server.py <<'PY'
import asyncio, json, sys
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

text = {"type": "string"}
silent = {"type": "object", "properties": {"silent": {"type": "boolean"}}}


def tool(name, properties, required, more=False):
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": more}
    return types.Tool(name=name, description=f"The tool {name}.", input_schema=schema)


TOOLS = [
    tool("reply", {"text": text, "thread": text, "options": silent}, ["text"]),
    tool("close", {"session": text}, ["session"]),
    tool("label", {}, [], text),
]


async def on_list_tools(context, params):
    return types.ListToolsResult(tools=TOOLS)


# It keeps what reaches it, and looks at none of it.
async def on_call_tool(context, params):
    with open(sys.argv[1], "a") as file:
        file.write(json.dumps([params.name, params.arguments]) + "\n")
    return types.CallToolResult(content=[types.TextContent(text="done")])


async def main():
    server = Server("desk", on_list_tools=on_list_tools, on_call_tool=on_call_tool)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


asyncio.run(main())
PY
cat >look.py <<'PY'
import asyncio, json, logging, sys

logging.disable(logging.CRITICAL)
from agent_framework import Agent, BaseChatClient, ChatResponse, Content, FunctionInvocationLayer, MCPStdioTool, Message

CALLS = [
    ("reply", {"text": "the invoice is paid", "thread": "T1", "options": {"silent": True}}),
    ("close", {"session": "s1"}),
    ("label", {"colour": "red"}),
]


class Played(FunctionInvocationLayer, BaseChatClient):
    """The first answer proposes the calls; each later one is the end."""

    proposed = False

    def _inner_get_response(self, *, messages, stream, options, **_named):
        async def answer():
            contents = [Content.from_text("done")]
            if not self.proposed:
                contents = [
                    Content.from_function_call(call_id=name, name=name, arguments=json.dumps(arguments))
                    for name, arguments in CALLS
                ]
            self.proposed = True
            return ChatResponse(messages=[Message(role="assistant", contents=contents)])

        return answer()


async def called(log, **more):
    program = {"command": sys.executable, "args": ["server.py", log]}
    async with MCPStdioTool(name="desk", approval_mode="always_require", **program, **more) as tools:
        agent = Agent(client=Played(), name="clerk", tools=tools)
        session = agent.create_session()
        asked = (await agent.run("go", session=session)).user_input_requests
        shown = [[request.function_call.name, json.loads(request.function_call.arguments)] for request in asked]
        yes = [request.to_function_approval_response(approved=True) for request in asked]
        await agent.run(Message(role="user", contents=yes), session=session)
    return shown, [json.loads(line) for line in open(log)]


async def look():
    return [
        await called("plain"),
        await called("two", additional_tool_argument_names=["thread", "options"]),
        await called("three", additional_tool_argument_names=["thread", "options", "session"]),
    ]


(shown, plain), (_, two), (_, three) = asyncio.run(look())
for label, calls in (("approved", shown), ("arrived", plain), ("two names given", two), ("three names given", three)):
    print(f"{label}:", *(f"\n  {name} {json.dumps(arguments)}" for name, arguments in calls))
proposed = [[name, arguments] for name, arguments in CALLS]
expected = (
    shown == proposed
    and sorted(plain) == [["close", {}], ["label", {}], ["reply", {"text": CALLS[0][1]["text"]}]]
    and sorted(two) == [["close", {}], ["label", {}], proposed[0]]
    and three == [["close", {"session": "s1"}]]
)
sys.exit(0 if expected else "that is another behaviour than was seen")
PY
venv/bin/python look.py
