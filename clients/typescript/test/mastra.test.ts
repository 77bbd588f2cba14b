import { governed } from "@buddy/client/mastra";
import { Mastra } from "@mastra/core";
import { Agent } from "@mastra/core/agent";
import { InMemoryStore } from "@mastra/core/storage";
import { createTool } from "@mastra/core/tools";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { itGoverns, type Run } from "./framework-suite.ts";
import { itGovernsBesideItsOwn } from "./own-approval-suite.ts";
import { playing } from "./playing-model.ts";
import { served } from "./served.ts";

const server = served();

const agentOf = async ({ tools, options, next }: Run, { requireApproval = false } = {}) => {
  const own = Object.fromEntries(
    tools.map(({ name, input, code }) => [
      name,
      createTool({
        id: name,
        description: name,
        inputSchema: input,
        requireApproval,
        execute: async (args, { agent }) => code(args, agent?.toolCallId ?? ""),
      }),
    ]),
  );
  return new Agent({
    id: "desk",
    name: "desk",
    instructions: "note",
    // The same model to both, whose types name two versions of one package.
    model: Object(playing(next)),
    tools: await governed(own, options),
  });
};

itGoverns(server, { run: async (run) => (await (await agentOf(run)).generate("go", { maxSteps: 6 })).text });

itGovernsBesideItsOwn(server, {
  asks: 1,
  run: async (run, answer) => {
    const agent = await agentOf(run, { requireApproval: true });
    const mastra = new Mastra({ agents: { desk: agent }, storage: new InMemoryStore(), logger: false });
    const desk = mastra.getAgent("desk");
    let asked = 0;
    let ran = await desk.generate("go", { maxSteps: 6, requireToolApproval: true });
    while (ran.finishReason === "suspended") {
      asked += 1;
      const which = { runId: ran.runId ?? "", toolCallId: ran.suspendPayload.toolCallId, maxSteps: 6 };
      ran = answer === "yes" ? await desk.approveToolCallGenerate(which) : await desk.declineToolCallGenerate(which);
    }
    return { said: ran.text, asked };
  },
});

describe("tools of Mastra", () => {
  it("tools of Mastra that `createTool` did not make, or that are suspended, are refused at the start by name", async () => {
    const buddy = await server.buddy("ma1");
    const tools = {
      web_search: { type: "provider-defined", id: "openai.web_search", args: {} },
      note_add: createTool({ id: "note_add", description: "", suspendSchema: z.object({}), execute: async () => "" }),
    };
    const refused = await governed(tools, { buddy }).catch((error) => error);
    expect(refused.message).toContain("web_search: no code of this program does it");
    expect(refused.message).toContain("note_add: it is suspended");
  });
});
