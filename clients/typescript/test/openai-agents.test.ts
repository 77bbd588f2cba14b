import { NoEffect } from "@buddy/client";
import { governed } from "@buddy/client/openai-agents";
import { Agent, RunContext, Runner, tool } from "@openai/agents-core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { itGoverns, type Run, type Said } from "./framework-suite.ts";
import { model, modelWriting } from "./openai-model.ts";
import { itGovernsBesideItsOwn } from "./own-approval-suite.ts";
import { served } from "./served.ts";

const server = served();

const runner = new Runner({ tracingDisabled: true });

const agentOf = async ({ tools, options, next }: Run, { needsApproval = false } = {}) => {
  const own = tools.map(({ name, input, code }) =>
    tool({
      name,
      description: name,
      parameters: input,
      needsApproval,
      execute: (args, _context, details) => code(Object(args), details?.toolCall?.callId ?? ""),
    }),
  );
  return new Agent({ name: "desk", model: model(next), tools: await governed(own, options) });
};

itGoverns(server, {
  run: async (run) => (await runner.run(await agentOf(run), "go", { maxTurns: 6 })).finalOutput ?? "",
});

itGoverns(server, {
  streamed: true,
  run: async (run) => {
    const streamed = await runner.run(await agentOf(run), "go", { maxTurns: 6, stream: true });
    let told = "";
    for await (const part of streamed.toTextStream()) told += part;
    await streamed.completed;
    return told;
  },
});

itGovernsBesideItsOwn(server, {
  // Each tool says itself that it is to be asked about, and `governed` leaves that out.
  asks: 0,
  run: async (run, answer) => {
    const agent = await agentOf(run, { needsApproval: true });
    let asked = 0;
    let result = await runner.run(agent, "go", { maxTurns: 6 });
    while (result.interruptions.length > 0) {
      for (const each of result.interruptions) {
        asked += 1;
        if (answer === "yes") result.state.approve(each);
        else result.state.reject(each);
      }
      result = await runner.run(agent, result.state, { maxTurns: 6 });
    }
    return { said: result.finalOutput ?? "", asked };
  },
});

describe("tools of OpenAI Agents", () => {
  it("tools of OpenAI Agents that the provider or the framework does are refused at the start by name", async () => {
    const buddy = await server.buddy("oa1");
    const search = { type: "hosted_tool" as const, name: "web_search" };
    const hasty = tool({
      name: "note_list",
      description: "",
      parameters: z.object({}),
      timeoutMs: 5,
      execute: () => "",
    });
    const refused = await governed([search, hasty], { buddy }).catch((error) => error);
    expect(refused.message).toContain("note_list: it makes an output of the end of its time");
    expect(refused.message).toContain("web_search: a tool of type hosted_tool is done by the model's provider");
  });

  const REFUSED = /Refused.*\/arguments are no JSON object.*Nothing was done/s;
  const NO_JSON = /parsing tool arguments/;
  it.each([
    ['{"only": "x', "oa3", NO_JSON],
    ["{", "oa8", NO_JSON],
    ["", "oa9", NO_JSON],
    ["[1]", "oa4", REFUSED],
    ["[]", "oa10", REFUSED],
    ['"text"', "oa5", REFUSED],
    ["null", "oa6", REFUSED],
  ])(
    "tools of OpenAI Agents are not called, nor people of any kind asked, with arguments that are no JSON object: %s",
    async (written, name, said) => {
      const buddy = await server.buddy(name);
      const done: unknown[] = [];
      const list = tool({
        name: "note_list",
        description: "",
        parameters: { type: "object", properties: {}, required: [], additionalProperties: true },
        strict: false,
        execute: (args) => done.push(args),
      });
      const sent: unknown[] = [];
      const make: typeof buddy.calls.make = (call, how) => {
        sent.push(call);
        return buddy.calls.make(call, how);
      };
      const calls = { ...buddy.calls, make };
      const [governedList] = await governed([list], { buddy: { ...buddy, calls }, confidence: 0.95 });
      if (governedList === undefined) throw new Error("it is not governed");
      const writes = modelWriting("note_list", written);
      const ran = await runner.run(new Agent({ name: "desk", model: writes, tools: [governedList] }), "go");
      expect([ran.interruptions, ran.finalOutput]).toEqual([[], expect.stringMatching(said)]);
      expect([done, sent, await server.requests(name)]).toEqual([[], [], 0]);
    },
  );

  it("a tool of OpenAI Agents whose model writes nothing as its arguments is called without any", async () => {
    const buddy = await server.buddy("oa7");
    const list = tool({ name: "note_list", description: "", parameters: z.object({}), execute: () => ["first"] });
    const [governedList] = await governed([list], { buddy, confidence: 0.95, waitSeconds: Number.POSITIVE_INFINITY });
    expect(await governedList?.invoke(new RunContext(), "")).toEqual(["first"]);
  });

  it("tools of OpenAI Agents that fail are not on record as done, though the framework makes an answer of the error", async () => {
    const buddy = await server.buddy("oa2");
    const own = tool({
      name: "note_list",
      description: "",
      parameters: z.object({}),
      execute: () => {
        throw new Error("the notebook is gone");
      },
    });
    const loud = tool({
      name: "note_add",
      description: "",
      parameters: z.object({ text: z.string() }),
      errorFunction: null,
      execute: () => {
        throw new NoEffect("the notebook is full");
      },
    });
    const given = await governed([own, loud], { buddy, confidence: 0.95, waitSeconds: Number.POSITIVE_INFINITY });
    const told: Said[] = [];
    const agent = new Agent({
      name: "desk",
      tools: given,
      model: model((said) => {
        told.splice(0, told.length, ...said);
        const calls = [
          { id: "c1", tool: "note_list", arguments: {} },
          { id: "c2", tool: "note_add", arguments: { text: "blue" } },
        ];
        return said.length === 0 ? calls : "sorry";
      }),
    });
    const ran = runner.run(agent, "go");
    await server.decide("oa2", "approve");
    await ran;
    expect(told.map(({ text }) => text)).toEqual([
      expect.stringMatching(/Refused \(failed\).*its code failed/s),
      expect.stringMatching(/Refused \(failed\).*the notebook is full/s),
    ]);
  });
});
