import { appendFileSync } from "node:fs";
import { connect } from "@buddy/client";
import { governed } from "@buddy/client/langchain";
import { tool } from "@langchain/core/tools";
import { createAgent } from "langchain";
import { z } from "zod";
import { model } from "../langchain-model.ts";
import { noting } from "./noting.ts";

const desk_note = tool(({ text }) => appendFileSync("notes.txt", `${text}\n`), {
  name: "desk_note",
  description: "Note it",
  schema: z.object({ text: z.string() }),
});
const buddy = connect({ agent: "langchain_agent" });
const agent = createAgent({ model: model(noting), tools: await governed([desk_note], { buddy, waitSeconds: 600 }) });
const { messages } = await agent.invoke({ messages: "go" });
console.log(messages.at(-1)?.text);
await buddy.close();
