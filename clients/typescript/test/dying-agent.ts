import { appendFileSync } from "node:fs";
import { connect } from "@buddy/client";
import { governed } from "@buddy/client/ai-sdk";
import { generateText, isStepCount, tool } from "ai";
import { z } from "zod";

/** An agent whose process ends in the middle of its tool's code: after it acted, before anybody is told. */
const write = ({ text }: { text: string }) => {
  appendFileSync("notes.txt", `${text}\n`);
  process.kill(process.pid, "SIGKILL");
};
const desk_line = tool({ description: "Note it", inputSchema: z.object({ text: z.string() }), execute: write });
const buddy = connect({ agent: "dying_agent" });
const tools = await governed({ desk_line }, { buddy, confidence: 0.95, waitSeconds: 600 });
await generateText({ model: "anthropic/claude-sonnet-4.5", tools, prompt: "go", stopWhen: isStepCount(5) });
await buddy.close();
