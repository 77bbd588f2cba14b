import { z } from "zod";
import { fieldChange, type Preview } from "../../../shared/execution/approval/preview.ts";
import { type Json, type JsonObject, json } from "../../../shared/plan/json.ts";
import { type ToolCall, ToolFailure } from "../../../shared/ports/tools.ts";
import { forwardKey, type ReadingMeans, type Wanted } from "./asked.ts";

/** The preview that a team's own code makes of a call; `changes` empty where nothing would change. */
const shown = z.strictObject({
  summary: z.string().default(""),
  changes: z.array(fieldChange).default([]),
  output: json.default(null),
});

/** `a worker of group crm does crm_note with {"text":"hello"}`: all that is sent, whoever will take it. */
const inWords = ({ doer }: ReadingMeans, call: ToolCall): string =>
  `${doer} does ${call.contract.tool_name} with ${JSON.stringify(call.arguments)}`;

const forward = (call: ToolCall): Wanted => ({ rung: "preview", side: "forward", key: forwardKey(call), undo: null });

/** Of a tool that reads: what LIVE will bring. @throws ToolFailure */
export const previewRead = async (means: ReadingMeans, call: ToolCall): Promise<Preview> => {
  const { output } = await looked(means, call, forward(call));
  return { summary: inWords(means, call), output, changes: [] };
};

/** Of a tool that writes: the call, and what it would change as far as its own code can tell. @throws ToolFailure */
export const previewWrite = async (means: ReadingMeans, call: ToolCall): Promise<Preview> => {
  const summary = inWords(means, call);
  if (!means.previews) {
    const unknown = `${summary}; old values are unknown: ${means.no_previews}`;
    return { summary: unknown, output: null, changes: [] };
  }
  const said = shownBy(means, await looked(means, call, forward(call)));
  const more = said.summary === "" ? [] : [said.summary];
  const none = said.changes.length === 0 ? ["nothing would change"] : [];
  return { ...said, summary: [summary, ...more, ...none].join("; ") };
};

/** The part that is left to undo, as far as its own code can tell. @throws ToolFailure */
export const previewUndo = async (means: ReadingMeans, call: ToolCall, undo: JsonObject): Promise<Preview> => {
  if (!means.previews) {
    const summary = `undone by ${means.undoer}; what is left to undo is not known: ${means.no_previews}`;
    return { summary, output: null, changes: [] };
  }
  const wanted: Wanted = { rung: "preview_undo", side: "compensation", key: forwardKey(call), undo };
  const said = shownBy(means, await looked(means, call, wanted));
  return { ...said, summary: said.summary === "" ? `changes ${said.changes.length} field(s)` : said.summary };
};

type Looked = { readonly output: Json; readonly left_out?: string };

const looked = async (means: ReadingMeans, call: ToolCall, wanted: Wanted): Promise<Looked> => {
  const reply = await means.look(call, wanted);
  switch (reply.kind) {
    case "not_sent": {
      const { why, kind: _, ...again } = reply;
      throw new ToolFailure(why, { ...again, unsent: true });
    }
    case "silent": {
      const { why, kind: _, ...rest } = reply;
      throw new ToolFailure(why, rest);
    }
    case "answered":
      if (reply.said.outcome === "committed") return reply.said;
      throw new ToolFailure(`${reply.by}: ${reply.said.error}`);
  }
};

/** An approver must see all of it. */
const shownBy = ({ previewer }: ReadingMeans, { output, left_out }: Looked): z.infer<typeof shown> => {
  if (left_out !== undefined) {
    throw new ToolFailure(
      `the ${previewer}'s preview cannot be shown whole, as it must be to be approved: ${left_out}`,
    );
  }
  const parsed = shown.safeParse(output);
  if (parsed.success) return parsed.data;
  throw new ToolFailure(`the ${previewer}'s preview is none: ${z.prettifyError(parsed.error)}`);
};
