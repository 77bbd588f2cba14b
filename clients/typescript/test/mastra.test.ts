import { governed } from "@buddy/client/mastra";
import { Agent } from "@mastra/core/agent";
import { createTool } from "@mastra/core/tools";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { itGoverns } from "./framework-suite.ts";
import { playing } from "./playing-model.ts";
import { served } from "./served.ts";

const server = served();

itGoverns(server, {
  run: async ({ tools, options, next }) => {
    const own = Object.fromEntries(
      tools.map(({ name, input, code }) => [
        name,
        createTool({
          id: name,
          description: name,
          inputSchema: input,
          execute: async (args, { agent }) => code(args, agent?.toolCallId ?? ""),
        }),
      ]),
    );
    const agent = new Agent({
      id: "desk",
      name: "desk",
      instructions: "note",
      // The same model to both, whose types name two versions of one package.
      model: Object(playing(next)),
      tools: await governed(own, options),
    });
    const { text } = await agent.generate("go", { maxSteps: 6 });
    return text;
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
