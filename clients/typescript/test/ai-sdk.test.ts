import { governed, isWaiting } from "@buddy/client/ai-sdk";
import {
  dynamicTool,
  generateText,
  isStepCount,
  jsonSchema,
  type ModelMessage,
  streamText,
  type ToolSet,
  tool,
  validateUIMessages,
} from "ai";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { itGoverns, type Run, type Said } from "./framework-suite.ts";
import { itGovernsBesideItsOwn } from "./own-approval-suite.ts";
import { playing } from "./playing-model.ts";
import { served } from "./served.ts";

const server = served();

/** One agent, as the framework takes it. */
const agentOf = async ({ tools, options, next }: Run) => {
  const own: ToolSet = Object.fromEntries(
    tools.map(({ name, input, code }) => [
      name,
      tool({ description: name, inputSchema: input, execute: (args, { toolCallId }) => code(args, toolCallId) }),
    ]),
  );
  const messages: ModelMessage[] = [{ role: "user", content: "go" }];
  return { model: playing(next), tools: await governed(own, options), messages, stopWhen: isStepCount(6) };
};

itGoverns(server, { run: async (run) => (await generateText(await agentOf(run))).text });

itGoverns(server, {
  streamed: true,
  run: async (run) => {
    const { textStream } = streamText(await agentOf(run));
    let told = "";
    for await (const part of textStream) told += part;
    return told;
  },
});

itGovernsBesideItsOwn(server, {
  asks: 1,
  run: async ({ tools, options, next }, answer) => {
    const own: ToolSet = Object.fromEntries(
      tools.map(({ name, input, code }) => [
        name,
        tool({
          ...{ description: name, inputSchema: input, needsApproval: true },
          execute: (args, { toolCallId }) => code(args, toolCallId),
        }),
      ]),
    );
    const given = await governed(own, options);
    const messages: ModelMessage[] = [{ role: "user", content: "go" }];
    for (let asked = 0; ; ) {
      const { content, text, responseMessages } = await generateText({
        ...{ model: playing(next), tools: given, messages, stopWhen: isStepCount(6) },
        toolApproval: { note_add: "user-approval" },
      });
      const requests = content.flatMap((part) => (part.type === "tool-approval-request" ? [part.approvalId] : []));
      if (requests.length === 0) return { said: text, asked };
      asked += requests.length;
      const approved = answer === "yes";
      const answers = requests.map((approvalId) => ({ type: "tool-approval-response", approvalId, approved }) as const);
      messages.push(...responseMessages, { role: "tool", content: answers });
    }
  },
});

describe("tools of the AI SDK", () => {
  it("tools of the AI SDK without code, or with context that nobody is asked about, are refused at the start by name", async () => {
    const buddy = await server.buddy("sdk1");
    const tools = {
      note_add: tool({ inputSchema: z.object({ text: z.string() }), outputSchema: z.string() }),
      note_list: tool({ inputSchema: z.object({}), contextSchema: z.object({ user: z.string() }), execute: () => [] }),
      web_search: {
        type: "provider" as const,
        isProviderExecuted: true as const,
        id: "openai.web_search" as const,
        args: {},
        inputSchema: jsonSchema({ type: "object" }),
        outputSchema: jsonSchema({ type: "object" }),
      },
    };
    const refused = await governed(tools, { buddy }).catch((error) => error);
    expect(refused.tools.map((each: { tool: string }) => each.tool)).toEqual(["note_add", "note_list", "web_search"]);
    expect(refused.message).toMatch(/web_search: no code of this program does it/);
    expect(refused.message).toMatch(/note_list: it takes context/);
  });

  it("tools of the AI SDK are not called with arguments that are no JSON object: the model is told", async () => {
    const buddy = await server.buddy("sdk0");
    const done: unknown[] = [];
    const told: Said[] = [];
    const note_list = tool({ inputSchema: jsonSchema({}), execute: (args) => done.push(args) });
    await generateText({
      model: playing((said) => {
        told.splice(0, told.length, ...said);
        return said.length === 0 ? [{ id: "c1", tool: "note_list", arguments: [1] }] : "sorry";
      }),
      tools: await governed({ note_list }, { buddy, confidence: 0.95 }),
      prompt: "go",
      stopWhen: isStepCount(2),
    });
    expect(told).toEqual([
      { error: true, text: expect.stringMatching(/\/arguments are no JSON object.*Nothing was done/s) },
    ]);
    expect(done).toEqual([]);
  });

  it("a chat with tools of the AI SDK is loaded again, whatever its governed tools gave: an output, or that the call waits", async () => {
    const buddy = await server.buddy("sdk8");
    const outputSchema = z.object({ notes: z.number() });
    const note_add = tool({ inputSchema: z.object({ text: z.string() }), outputSchema, execute: () => ({ notes: 1 }) });
    const tools = await governed({ note_add }, { buddy, confidence: 0.95, waitSeconds: 0 });
    const { execute } = tools.note_add;
    const input = { text: "blue" };
    const output = await execute?.(input, { toolCallId: "c1", messages: [], context: {} });
    const state = "output-available" as const;
    const parts = [output, { notes: 1 }, { noted: true, output: { notes: 1 }, notes: ["bob changed it"] }].map(
      (each, place) => ({ type: "tool-note_add" as const, toolCallId: `c${place}`, state, input, output: each }),
    );
    const messages = [{ id: "m1", role: "assistant" as const, parts }];
    expect(isWaiting(output)).toBe(true);
    expect(await validateUIMessages({ messages, tools })).toEqual(messages);
  });

  it("a tool of the AI SDK whose time is over tells the model that its call may still be made; the same call again is that one", async () => {
    const buddy = await server.buddy("sdk9");
    const notes: string[] = [];
    const note_add = tool({
      inputSchema: z.object({ text: z.string() }),
      execute: ({ text }) => ({ notes: notes.push(text) }),
    });
    const tools = await governed({ note_add }, { buddy, confidence: 0.95, waitSeconds: Number.POSITIVE_INFINITY });
    const told: Said[] = [];
    const asking = (timeout?: { readonly toolMs: number }) =>
      generateText({
        model: playing((said) => {
          told.push(...said);
          return said.length === 0 ? [{ id: "c1", tool: "note_add", arguments: { text: "blue" } }] : "done";
        }),
        ...{ tools, prompt: "go", stopWhen: isStepCount(2) },
        ...(timeout === undefined ? {} : { timeout }),
      });
    await asking({ toolMs: 500 });
    const again = asking();
    await server.decide("sdk9", "approve");
    await again;
    expect(told).toEqual([
      { error: true, text: expect.stringMatching(/may still be made.*the same call again.*is not made twice/) },
      { error: false, text: expect.stringContaining('{"notes":1}') },
    ]);
    expect([notes, await server.requests("sdk9")]).toEqual([["blue"], 1]);
  });

  it("a tool of the AI SDK whose run is over ends as the program said it", async () => {
    const buddy = await server.buddy("sdk10");
    const note_add = tool({ inputSchema: z.object({ text: z.string() }), execute: () => "" });
    const tools = await governed({ note_add }, { buddy, confidence: 0.95, waitSeconds: Number.POSITIVE_INFINITY });
    const gone = new AbortController();
    const beside = { toolCallId: "c1", messages: [], context: {}, abortSignal: gone.signal };
    const made = Promise.resolve(tools.note_add.execute?.({ text: "blue" }, beside));
    await server.asked("sdk10");
    gone.abort(new Error("enough"));
    await expect(made).rejects.toThrow("enough");
  });

  it("tools of the AI SDK are given what was approved as their schema makes it, and people see the model's words", async () => {
    const buddy = await server.buddy("sdk2");
    const seen: unknown[] = [];
    const tools = {
      note_add: tool({
        inputSchema: z.object({ text: z.iso.date().transform((text) => new Date(text)) }),
        execute: async function* ({ text }) {
          seen.push(text);
          yield { done: false };
          yield { done: true, at: text };
        },
      }),
      note_list: dynamicTool({ inputSchema: z.object({}), execute: () => [] }),
    };
    const given = await governed(tools, { buddy, confidence: 0.95, waitSeconds: Number.POSITIVE_INFINITY });
    const call = { id: "c1", tool: "note_add", arguments: { text: "2026-03-01" } };
    const told: Said[] = [];
    const made = generateText({
      model: playing((said) => {
        told.push(...said);
        return said.length === 0 ? [call] : "done";
      }),
      tools: given,
      prompt: "go",
      stopWhen: isStepCount(3),
    });
    expect(await server.asked("sdk2")).toMatchObject({ arguments: { text: "2026-03-01" } });
    await server.decide("sdk2", "approve");
    await made;
    expect(seen).toEqual([new Date("2026-03-01")]);
    expect(told).toEqual([{ error: false, text: '{"at":"2026-03-01T00:00:00.000Z","done":true}' }]);
  });

  it("tools of the AI SDK answer for the first call where the framework makes it again under its id, also after its end", async () => {
    const buddy = await server.buddy("sdk3");
    const notes: string[] = [];
    const shout = tool({ inputSchema: z.object({ text: z.string() }), execute: ({ text }) => notes.push(text) });
    const preview = () => ({ changes: [{ record: "notebook", field: "notes", old: null, new: "loud" }] });
    const given = await governed(
      { note_shout: shout },
      { buddy, confidence: 0.95, conversation: "c-1", beside: { note_shout: { preview } }, waitSeconds: 20 },
    );
    const once = async (): Promise<Said[]> => {
      const told: Said[] = [];
      const call = { id: "call_0", tool: "note_shout", arguments: { text: "loud" } };
      await generateText({
        model: playing((said) => {
          told.push(...said);
          return said.length === 0 ? [call] : "done";
        }),
        tools: given,
        prompt: "go",
        stopWhen: isStepCount(3),
      });
      return told;
    };
    const first = once();
    expect(await server.asked("sdk3")).toMatchObject(preview());
    await server.decide("sdk3", "approve");
    expect(await first).toEqual([{ error: false, text: "1" }]);
    expect(await once()).toEqual([{ error: false, text: "1" }]);
    expect([notes, await server.requests("sdk3")]).toEqual([["loud"], 1]);
  });
});
