import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "../../functions/api/schemas.ts";
import type { Answer } from "../client/http.ts";
import { announce } from "./announce.tsx";
import { Notice, Refusal } from "./notice.tsx";

type Act = {
  /** Says `done` to who hears the page, and calls `then`, which may say it instead, once the API has done it. */
  readonly send: <Value>(
    answer: Promise<Answer<Value>>,
    done: string | undefined,
    then: (value: Value) => void,
  ) => Promise<void>;
  /** The refusal of the last act, to be shown; nothing where it was done. */
  readonly refused: ComponentChildren;
};

/** An act of a person by the API. `silence`: what to know where there was no answer. */
export const useAct = (silence = "it may have been done. Look again before you repeat it."): Act => {
  const [refused, setRefused] = useState<Problem | "silence" | null>(null);
  return {
    send: async (sent, done, then) => {
      const answer = await sent;
      setRefused(answer.kind === "value" ? null : answer.kind === "problem" ? answer.problem : "silence");
      if (answer.kind !== "value") return;
      if (done !== undefined) announce(done);
      then(answer.value);
    },
    refused:
      refused === null ? null : refused === "silence" ? (
        <Notice weight="stop">No answer: {silence}</Notice>
      ) : (
        <Refusal problem={refused} />
      ),
  };
};
