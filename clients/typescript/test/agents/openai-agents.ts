import { appendFileSync } from "node:fs";
import { connect } from "@buddy/client";
import { governed } from "@buddy/client/openai-agents";
import { Agent, Runner, tool } from "@openai/agents-core";
import { z } from "zod";
import { model } from "../openai-model.ts";
import { noting } from "./noting.ts";

const desk_note = tool({
  name: "desk_note",
  description: "Note it",
  parameters: z.object({ text: z.string() }),
  execute: ({ text }) => appendFileSync("notes.txt", `${text}\n`),
});
const buddy = connect({ agent: "openai_agent" });
const tools = await governed([desk_note], { buddy, waitSeconds: 600 });
const agent = new Agent({ name: "desk", model: model(noting), tools });
const { finalOutput } = await new Runner({ tracingDisabled: true }).run(agent, "go");
console.log(finalOutput);
await buddy.close();
