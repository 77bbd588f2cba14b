import { appendFileSync } from "node:fs";
import { connect } from "@buddy/client";
import { governed } from "@buddy/client/ai-sdk";
import { generateText, isStepCount, tool } from "ai";
import { z } from "zod";

const write = ({ text }: { text: string }) => appendFileSync("notes.txt", `${text}\n`);
const desk_note = tool({ description: "Note it", inputSchema: z.object({ text: z.string() }), execute: write });
const buddy = connect({ agent: "desk_agent" });
const tools = await governed({ desk_note }, { buddy, waitSeconds: 600 });
const model = "anthropic/claude-sonnet-4.5";
const prompt = "Note that Benedikt wants the blue one.";
const { text } = await generateText({ model, tools, prompt, stopWhen: isStepCount(5) });
console.log(text);
await buddy.close();
