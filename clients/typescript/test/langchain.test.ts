import { governed } from "@buddy/client/langchain";
import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { fakeModel } from "@langchain/core/testing";
import { tool } from "@langchain/core/tools";
import { createAgent } from "langchain";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { itGoverns, type Run, type Said } from "./framework-suite.ts";
import { served } from "./served.ts";

const server = served();

const saidIn = (messages: readonly BaseMessage[]): Said[] =>
  messages.flatMap((message) =>
    ToolMessage.isInstance(message) ? [{ error: message.status === "error", text: message.text }] : [],
  );

/** A model that proposes what `next` says after what it was told, six times at most. */
const model = (next: Run["next"]) => {
  const fake = fakeModel();
  for (let turn = 0; turn < 6; turn += 1) {
    fake.respond((messages) => {
      const said = next(saidIn(messages));
      return typeof said === "string"
        ? new AIMessage(said)
        : new AIMessage({
            content: "",
            tool_calls: said.map(({ id, tool: name, arguments: args }) => ({
              id,
              name,
              args: { ...args },
              type: "tool_call",
            })),
          });
    });
  }
  return fake;
};

itGoverns(server, {
  run: async ({ tools, options, next }) => {
    const own = tools.map(({ name, input, code }) =>
      tool(async (args, { configurable }) => code(args, String(configurable?.idempotency_key)), {
        name,
        description: name,
        schema: input,
      }),
    );
    const agent = createAgent({ model: model(next), tools: await governed(own, options) });
    const { messages } = await agent.invoke({ messages: [new HumanMessage("go")] });
    return messages.at(-1)?.text ?? "";
  },
});

describe("tools of LangChain", () => {
  it("tools of LangChain that the model's provider does are refused at the start by name", async () => {
    const buddy = await server.buddy("lc1");
    const refused = await governed([{ type: "web_search_20250305", name: "web_search" }], { buddy }).catch((e) => e);
    expect(refused.message).toContain("web_search: no code of this program does it");
  });

  it("keep their artifact, and a rule of their schema that the contract has not is told before anybody is asked", async () => {
    const buddy = await server.buddy("lc2");
    const own = tool(async ({ text }) => [`noted ${text}`, { length: text.length }], {
      name: "note_add",
      description: "",
      schema: z.object({ text: z.string().refine((text) => text !== "nothing", "says nothing") }),
      responseFormat: "content_and_artifact",
    });
    const [add] = await governed([own], { buddy, confidence: 0.95, waitSeconds: Number.POSITIVE_INFINITY });
    const call = (text: string) => ({ type: "tool_call" as const, id: "c1", name: "note_add", args: { text } });
    await expect(add?.invoke(call("nothing"))).rejects.toThrow("says nothing");
    expect(await server.requests("lc2")).toBe(0);
    const made = add?.invoke(call("blue"));
    await server.decide("lc2", "approve");
    expect(await made).toMatchObject({ content: "noted blue", artifact: { length: 4 }, tool_call_id: "c1" });
  });
});
