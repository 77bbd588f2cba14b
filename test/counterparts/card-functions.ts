import type { z } from "zod";
import { type WorkOutcome, workCall } from "../../shared/execution/record/work.ts";
import type { Functions, Invocation } from "../../shared/ports/functions.ts";
import type { CardIndex } from "./card-index.ts";

/** A question as a function of the team gets it. */
const question = workCall.omit({ call_id: true, group: true, offered_at: true, start_by: true });
export type Question = z.infer<typeof question>;

export type Invoked = { readonly function_name: string; readonly question: Question; readonly timeout_ms: number };

const READING: readonly string[] = ["preview", "preview_undo", "look_up"];

/** Two functions over one store: `cards`, which does everything, and `cards-read`, which does nothing that changes it. */
export const cardFunctions = (index: CardIndex) => {
  const invoked: Invoked[] = [];
  const answer = (function_name: string, asked: Question): WorkOutcome => {
    if (function_name === "cards-read" && !READING.includes(asked.rung) && asked.tool_name !== "card_search") {
      return { outcome: "rejected", error: "it only reads" };
    }
    return index.answer(asked);
  };
  const functions: Functions = {
    invoke: async (function_name, payload, { timeout_ms }): Promise<Invocation> => {
      const asked = question.parse(JSON.parse(payload));
      invoked.push({ function_name, question: asked, timeout_ms });
      return { kind: "answered", payload: JSON.stringify(answer(function_name, asked)) };
    },
  };
  return { functions, invoked };
};
