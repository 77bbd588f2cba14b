/**
 * A worker: takes calls of the tool note_add, does them in a notebook of its own, and says what came of them.
 *
 *     BUDDY_TOKEN=$(npx buddy workers token notes) npx node examples/worker/worker.ts
 *
 * Four things matter: a call is done once for each idempotency key, one whose deadline is over is not begun, an answer
 * is posted until it is taken, and a question whose answer did not come is ended: it may have been given a call, which
 * nobody else is given.
 */
import { randomUUID } from "node:crypto";
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
  /** Aborted where it is to end: it asks for no more, and does what it was given by then. */
  readonly ends?: AbortSignal;
  /** Told how far it is. */
  readonly at?: (moment: "asks" | "took" | "acted" | "answered") => void;
};

export const work = async (settings: Settings): Promise<void> => {
  const { endpoint, token, notes, tools, ends, at = () => {} } = settings;
  const book = notebook(notes);

  /** @returns undefined where it may pass: the way was broken, or given up, or the server has trouble */
  const post = async (path: string, body: unknown, signal?: AbortSignal): Promise<string | undefined> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const sent = { method: "POST", headers, body: JSON.stringify(body), ...(signal && { signal }) };
    try {
      const answer = await fetch(`${endpoint}${path}`, sent);
      const text = await answer.text();
      if (answer.ok) return text;
      // A call that is refused would be refused again; everything else may pass.
      if (answer.status < 500 && answer.status !== 429) throw new Error(text);
    } catch (error) {
      if (!(error instanceof TypeError) && signal?.aborted !== true) throw error;
    }
    return undefined;
  };

  const untilTaken = async (path: string, body: unknown): Promise<string> => {
    for (;;) {
      const answer = await post(path, body);
      if (answer !== undefined) return answer;
      await pause(1_000);
    }
  };

  const next = async (): Promise<Call | null> => {
    const asked = { tools, question: randomUUID() };
    const told =
      (await post("/work/next", { ...asked, wait_seconds: 20 }, ends)) ??
      (await untilTaken("/work/next", { ...asked, over: true }));
    const { call }: { call: Call | null } = JSON.parse(told);
    return call;
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

  while (ends?.aborted !== true) {
    at("asks");
    const call = await next();
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
  const ending = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ending.abort());
  await work({
    ...{ endpoint: BUDDY_ENDPOINT, token: BUDDY_TOKEN, notes: NOTES, tools: ["note_add"] },
    ends: ending.signal,
  });
}
