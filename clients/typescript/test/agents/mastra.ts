import { appendFileSync } from "node:fs";
import { connect } from "@buddy/client";
import { governed } from "@buddy/client/mastra";
import { Agent } from "@mastra/core/agent";
import { createTool } from "@mastra/core/tools";
import { z } from "zod";
import { playing } from "../playing-model.ts";
import { noting } from "./noting.ts";

const desk_note = createTool({
  id: "desk_note",
  description: "Note it",
  inputSchema: z.object({ text: z.string() }),
  execute: async ({ text }) => appendFileSync("notes.txt", `${text}\n`),
});
const buddy = connect({ agent: "mastra_agent" });
const agent = new Agent({
  id: "desk",
  name: "desk",
  instructions: "note",
  // The same model to both, whose types name two versions of one package.
  model: Object(playing(noting)),
  tools: await governed({ desk_note }, { buddy, waitSeconds: 600 }),
});
const { text } = await agent.generate("go", { maxSteps: 5 });
console.log(text);
await buddy.close();
