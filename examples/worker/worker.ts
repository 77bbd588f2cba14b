/**
 * A worker: takes calls of the tool note_add, does them in a notebook of its own, and says what came of them.
 *
 *     BUDDY_TOKEN=$(npx buddy workers token notes) npx node examples/worker/worker.ts
 *
 * Three things matter: a call is done once for each idempotency key, one whose deadline is over is not begun, and an
 * answer is posted until it is taken.
 */
import { setTimeout as pause } from "node:timers/promises";
import { notebook } from "./notebook.ts";

type Call = {
  readonly call_id: string;
  readonly tool_name: string;
  readonly rung: "preview" | "preview_undo" | "call" | "undo" | "look_up";
  readonly arguments: { readonly text: string };
  readonly idempotency_key: string;
  /** Of an undoing: the key of the call that it undoes. */
  readonly undoes: string | null;
  readonly deadline: string;
};
type Outcome =
  | { readonly outcome: "committed"; readonly output?: unknown }
  | { readonly outcome: "rejected" | "indeterminate"; readonly error: string };

export type Settings = {
  readonly endpoint: string;
  readonly token: string;
  /** The notebook's file. */
  readonly notes: string;
  readonly tools: readonly string[];
  /** Told how far it is. */
  readonly at?: (moment: "asks" | "took" | "acted" | "answered") => void;
};

export const work = async ({ endpoint, token, notes, tools, at = () => {} }: Settings): Promise<never> => {
  const book = notebook(notes);

  const post = async (path: string, body: unknown): Promise<Response> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await fetch(`${endpoint}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    // A call that is refused would be refused again; everything else may pass.
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) throw new Error(await answer.text());
    return answer;
  };

  const untilTaken = async (path: string, body: unknown): Promise<Response> => {
    for (;;) {
      const answer = await post(path, body).catch((error: unknown) => {
        if (error instanceof TypeError) return undefined;
        throw error;
      });
      if (answer?.ok === true) return answer;
      await pause(1_000);
    }
  };

  const outcomeOf = (call: Call): Outcome => {
    switch (call.rung) {
      case "preview":
        return {
          outcome: "committed",
          output: { changes: [{ record: "notebook", field: "notes", old: null, new: call.arguments.text }] },
        };
      case "call":
        book.add({ key: call.idempotency_key, text: call.arguments.text });
        return { outcome: "committed", output: { notes: book.notes().length } };
      case "preview_undo": {
        const note = book.notes().find(({ key }) => key === call.undoes);
        const changes = note === undefined ? [] : [{ record: "notebook", field: "notes", old: note.text, new: null }];
        return { outcome: "committed", output: { changes } };
      }
      case "undo":
        if (call.undoes !== null) book.remove(call.undoes);
        return { outcome: "committed", output: { notes: book.notes().length } };
      case "look_up":
        return book.notes().some(({ key }) => key === call.idempotency_key)
          ? { outcome: "committed" }
          : { outcome: "rejected", error: "there is no note of that key" };
    }
  };

  for (;;) {
    at("asks");
    const asked = await untilTaken("/work/next", { tools, wait_seconds: 20 });
    const { call }: { call: Call | null } = JSON.parse(await asked.text());
    if (call === null) continue;
    at("took");
    const tooLate = Date.parse(call.deadline) <= Date.now();
    const outcome = tooLate ? ({ outcome: "rejected", error: "it came too late to begin" } as const) : outcomeOf(call);
    at("acted");
    await untilTaken(`/work/${call.call_id}/outcome`, outcome);
    at("answered");
  }
};

if (import.meta.main) {
  const { BUDDY_ENDPOINT = "http://127.0.0.1:7717", BUDDY_TOKEN = "", NOTES = "notes.jsonl" } = process.env;
  await work({ endpoint: BUDDY_ENDPOINT, token: BUDDY_TOKEN, notes: NOTES, tools: ["note_add"] });
}
