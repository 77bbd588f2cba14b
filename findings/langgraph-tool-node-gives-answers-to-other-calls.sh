#!/usr/bin/env bash
# langgraph 1.2.24 (Python): with two calls of one turn that both ask a person, `ToolNode` gives the answer to one call to
# the other, also when the answer names the question by its id; and a call that was answered runs again.
#
# Guess: `Command(resume={id: answer})` answers the question with that id. The other call asks next, each runs once; what
# the documentation says of code that runs again is about the lines before `interrupt`, and those of one's own node.
# Seen (Python 3.11.7, 2026-11-30): pay("a") looks something up for a moment, pay("b") does not, so b asks first; what was
# looked up is kept. The person answers b with "no" and then a with "yes". Done: b with "no", then a with "no", then b with
# "yes": the payment that was refused is made, and the approved one is told to the model as refused. Answers are counted in
# the order in which the calls of the node ask, which is another one on the second pass. Where the order stays the same,
# the first call is done twice. `create_agent` has a node for each call, and there each answer stays with its call.
# Source: tried; https://github.com/langchain-ai/langgraph/issues/6533 (open) has the answers, and
# https://docs.langchain.com/oss/python/langgraph/interrupts the rule for code before `interrupt`.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check langgraph==1.2.24 langgraph-prebuilt==1.1.3 \
  langchain==1.5.2 langchain-core==1.8.3 >/dev/null 2>&1
cat >look.py <<'PY'
import asyncio, sys
from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import Command, interrupt

ANSWERS = {"a": "yes", "b": "no"}
looked_up, done = set(), []
slow = {"a"}


@tool
async def pay(to: str) -> str:
    """Pays."""
    if to in slow and to not in looked_up:
        await asyncio.sleep(0.3)
        looked_up.add(to)
    answer = interrupt({"to": to})
    done.append((to, answer))
    return f"{to}: {answer}"


def proposal():
    calls = [{"name": "pay", "args": {"to": to}, "id": to, "type": "tool_call"} for to in ("a", "b")]
    return AIMessage(content="", tool_calls=calls)


def own_graph():
    graph = StateGraph(MessagesState)
    graph.add_node("model", lambda _state: {"messages": [proposal()]})
    graph.add_node("tools", ToolNode([pay]))
    graph.add_edge(START, "model").add_edge("model", "tools").add_edge("tools", END)
    return graph.compile(checkpointer=InMemorySaver())


class Model(GenericFakeChatModel):
    def bind_tools(self, *_args, **_named):
        return self


def agent():
    model = Model(messages=iter([proposal(), AIMessage(content="done")]))
    return create_agent(model, [pay], checkpointer=InMemorySaver())


async def answered(graph):
    looked_up.clear()
    done.clear()
    config = {"configurable": {"thread_id": "1"}}
    state = await graph.ainvoke({"messages": [("user", "go")]}, config)
    asked = []
    while questions := state.get("__interrupt__"):
        asked += [question.value["to"] for question in questions]
        answers = {question.id: ANSWERS[question.value["to"]] for question in questions}
        state = await graph.ainvoke(Command(resume=answers), config)
    told = [message.content for message in state["messages"] if message.type == "tool"]
    return {"asked": asked, "done": list(done), "told": told}


async def look():
    seen = {}
    for name, graph, waits in (("b asks first", own_graph, {"a"}), ("a asks first", own_graph, {"b"}), ("agent", agent, {"a"})):
        slow.clear()
        slow.update(waits)
        seen[name] = await answered(graph())
        print(f"{name}: {seen[name]}")
    return seen


seen = asyncio.run(look())
expected = (
    seen["b asks first"]["done"] == [("b", "no"), ("a", "no"), ("b", "yes")]
    and seen["b asks first"]["told"] == ["a: no", "b: yes"]
    and seen["a asks first"]["done"].count(("a", "yes")) == 2
    and sorted(seen["agent"]["done"]) == [("a", "yes"), ("b", "no")]
)
sys.exit(0 if expected else "that is another behaviour than was seen")
PY
venv/bin/python look.py
