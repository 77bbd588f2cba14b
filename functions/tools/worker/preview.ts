import { z } from "zod";
import { idempotencyKeyOf } from "../../../shared/execution/attempt/intent.ts";
import { fieldChange, type Preview } from "../../../shared/execution/preview.ts";
import { type Json, type JsonObject, json } from "../../../shared/plan/json.ts";
import { ToolFailure } from "../../../shared/ports/tools.ts";
import { type Asking, askWorker, type Wanted } from "./ask-worker.ts";

/** The preview that a worker makes of a call; `changes` empty where nothing would change. */
const shown = z.strictObject({
  summary: z.string().default(""),
  changes: z.array(fieldChange).default([]),
  output: json.default(null),
});

const keyOf = ({ call: { execution_id, step_id } }: Asking): string =>
  idempotencyKeyOf({ execution_id, step_id, side: "forward" });

/** `a worker of group crm does crm_note with {"text":"hello"}`: all that is sent, whoever will take it. */
const inWords = ({ binding, call }: Asking): string =>
  `a worker of group ${binding.group} does ${call.contract.tool_name} with ${JSON.stringify(call.arguments)}`;

/** Of a tool that reads: what LIVE will bring. @throws ToolFailure */
export const previewRead = async (asking: Asking): Promise<Preview> => {
  const output = await looked(asking, { rung: "preview", side: "forward", key: keyOf(asking), undo: null });
  return { summary: inWords(asking), output, changes: [] };
};

/** Of a tool that writes: the call, and what it would change as far as workers can tell. @throws ToolFailure */
export const previewWrite = async (asking: Asking): Promise<Preview> => {
  const summary = inWords(asking);
  if (!asking.binding.previews) {
    const unknown = `${summary}; old values are unknown: the tool's workers make no previews`;
    return { summary: unknown, output: null, changes: [] };
  }
  const said = shownBy(await looked(asking, { rung: "preview", side: "forward", key: keyOf(asking), undo: null }));
  const more = said.summary === "" ? [] : [said.summary];
  const none = said.changes.length === 0 ? ["nothing would change"] : [];
  return { ...said, summary: [summary, ...more, ...none].join("; ") };
};

/** The part that is left to undo, as far as workers can tell. @throws ToolFailure */
export const previewUndo = async (asking: Asking, undo: JsonObject): Promise<Preview> => {
  if (!asking.binding.previews) {
    const summary = "undone by a worker; what is left to undo is not known: the tool's workers make no previews";
    return { summary, output: null, changes: [] };
  }
  const said = shownBy(await looked(asking, { rung: "preview_undo", side: "compensation", key: keyOf(asking), undo }));
  return { ...said, summary: said.summary === "" ? `changes ${said.changes.length} field(s)` : said.summary };
};

const looked = async (asking: Asking, wanted: Wanted): Promise<Json> => {
  const asked = await askWorker(asking, wanted);
  if (asked.kind !== "answered") throw new ToolFailure(asked.why, { timed_out: asked.kind === "silent" });
  const { said, worker } = asked.answer;
  if (said.outcome === "committed") return said.output;
  throw new ToolFailure(`${worker}: ${said.error}`);
};

const shownBy = (output: Json): z.infer<typeof shown> => {
  const parsed = shown.safeParse(output);
  if (parsed.success) return parsed.data;
  throw new ToolFailure(`the worker's preview is none: ${z.prettifyError(parsed.error)}`);
};
