import { randomUUID } from "node:crypto";
import type { Aborted, Execution, Submission, Submitted } from "./api.ts";
import { isPassing } from "./errors.ts";
import type { Http } from "./http.ts";
import { pause } from "./pause.ts";

/** An execution is looked at after 0.5 s, then half as long again each time, at most every 10 s. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

export type Plans = ReturnType<typeof plansOver>;

/** Whole plans: rehearsed whole before anything is done. */
export const plansOver = (http: Http) => {
  const path = (execution_id: string, act = ""): string => `/executions/${encodeURIComponent(execution_id)}${act}`;

  /** @throws BuddyRefusal with everything that is wrong with the plans, each with its place */
  const submit = (
    submission: Submission,
    { idempotencyKey = randomUUID(), signal }: { readonly idempotencyKey?: string; readonly signal?: AbortSignal } = {},
  ): Promise<Submitted> =>
    http<Submitted>({
      method: "POST",
      path: "/executions",
      body: submission,
      headers: { "idempotency-key": idempotencyKey },
      signal,
      repeatable: true,
    });

  const get = (execution_id: string, signal?: AbortSignal): Promise<Execution> =>
    http<Execution>({ method: "GET", path: path(execution_id), signal, repeatable: true });

  /**
   * Waits while an execution is RUNNING, for so many seconds at most: without a limit unless said. A server that cannot be
   * asked for a while, once it was, is asked again for as long as there is time.
   */
  const wait = async (
    execution_id: string,
    {
      withinSeconds = Number.POSITIVE_INFINITY,
      signal,
    }: { readonly withinSeconds?: number; readonly signal?: AbortSignal } = {},
  ): Promise<Execution> => {
    const until = Date.now() + withinSeconds * 1_000;
    let heard = false;
    for (let rest = FIRST_PAUSE_MS; ; rest = Math.min(LONGEST_PAUSE_MS, rest * 1.5)) {
      const execution = await get(execution_id, signal).catch((error: unknown) => {
        if (!heard || !isPassing(error) || Date.now() >= until) throw error;
        return undefined;
      });
      heard ||= execution !== undefined;
      const left = until - Date.now();
      if (execution !== undefined && (execution.status !== "RUNNING" || left <= 0)) return execution;
      await pause(Math.min(rest, left), signal);
    }
  };

  /** Stops an execution; the answer names the calls that can still run. */
  const abort = (execution_id: string, reason: string): Promise<Aborted> =>
    http<Aborted>({ method: "POST", path: path(execution_id, "/abort"), body: { reason }, repeatable: false });

  return { submit, get, wait, abort };
};
