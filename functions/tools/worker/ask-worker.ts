import type { WorkerBinding } from "../../../shared/contracts/binding/worker/worker-binding.ts";
import { refusedByAll, wordThatMade, wordThatTells } from "../../../shared/execution/record/word-on-key.ts";
import {
  callIdOf,
  handingOutOf,
  lastAsked,
  nobodyAsks,
  type WorkAnswer,
  type WorkCall,
} from "../../../shared/execution/record/work.ts";
import { thrownText } from "../../../shared/plan/cut-text.ts";
import { instantAfter } from "../../../shared/plan/instant.ts";
import type { ToolCall } from "../../../shared/ports/tools.ts";
import type { HandedOut, WorkCalls } from "../../../shared/ports/work.ts";
import { questionOf, type Wanted } from "../asked/asked.ts";
import { timeoutMs } from "../time-limit.ts";
import type { ReadingWorkers } from "./workers.ts";

export type Asking = {
  readonly binding: WorkerBinding;
  readonly workers: ReadingWorkers;
  /** Where it is handed out: among what looks, or what acts. */
  readonly calls: WorkCalls;
  readonly call: ToolCall;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
};

export type Asked =
  /** `by_all`: it was not made, and that is the word of every worker that was given it. */
  | { readonly kind: "answered"; readonly answer: WorkAnswer; readonly by_all?: true }
  /** Nobody took it, and nobody will. */
  | { readonly kind: "not_taken"; readonly why: string }
  /** A worker asked for it, and was not given it: something stopped it. Nobody will be. */
  | { readonly kind: "withheld"; readonly why: string }
  /** Somebody took it, and its time was over before an answer. */
  | { readonly kind: "silent"; readonly why: string };

/** Looks for an answer are at first quick, for workers that are; then one each second, which costs two small reads. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/** Hands a call out and waits for what comes of it. */
export const askWorker = async (asking: Asking, wanted: Wanted): Promise<Asked> => {
  const call = await handOut(asking, wanted, await asking.calls.handedOut(placeOf(wanted)));
  return follow(asking, call);
};

/**
 * The same of what must not be made twice: a call that stands already is waited for while its time runs, and its answer
 * counts however late it came. Only one that nobody has or that was not answered is handed out again, under its key. Of
 * all that was said of a key, that it was made goes before that it was refused.
 */
export const askWorkerOnce = async (asking: Asking, wanted: Wanted): Promise<Asked> => {
  const before = await asking.calls.handedOut(placeOf(wanted));
  const answer = wordThatTells(before);
  if (answer !== undefined) return told(answer, before);
  const asked = await follow(asking, await callToFollow(asking, wanted, before));
  if (before.length === 0 || (asked.kind === "answered" && asked.answer.said.outcome === "committed")) return asked;
  // The worker that had an earlier handing out may have said meanwhile that it made the call.
  const after = await asking.calls.handedOut(placeOf(wanted));
  const made = wordThatMade(after);
  if (made !== undefined) return { kind: "answered", answer: made };
  return asked.kind === "answered" ? told(asked.answer, after) : asked;
};

const told = (answer: WorkAnswer, handed: readonly HandedOut[]): Asked => ({
  ...{ kind: "answered", answer },
  ...(refusedByAll(handed) ? { by_all: true } : {}),
});

const callToFollow = async (asking: Asking, wanted: Wanted, before: readonly HandedOut[]): Promise<WorkCall> => {
  const last = before.at(-1);
  if (last !== undefined && mayBeAnswered(asking, last)) return last.call;
  // The function that put it there did not live to take it back.
  if (last?.state === "offered" && !(await asking.calls.withdraw(last.call))) return last.call;
  return handOut(asking, wanted, before);
};

const mayBeAnswered = ({ workers }: Asking, { call, state, answer }: HandedOut): boolean =>
  answer === undefined &&
  (state === "taken" || state === "offered") &&
  workers.now() < Date.parse(state === "taken" ? call.deadline : call.start_by);

const placeOf = ({ key, rung }: Wanted) => ({ idempotency_key: key, rung });

const handOut = async (asking: Asking, wanted: Wanted, before: readonly HandedOut[]): Promise<WorkCall> => {
  const { binding, workers, calls, call } = asking;
  const { timeout_seconds } = call.contract;
  const now = workers.now();
  const waits_until = instantAfter(now, (binding.start_seconds ?? timeout_seconds / 2) * 1_000);
  const { start_before = waits_until } = wanted.rung === "call" ? call : {};
  const work: WorkCall = {
    call_id: callIdOf({ ...placeOf(wanted), number: lastNumber(before) + 1 }),
    group: binding.group,
    ...questionOf(call, wanted),
    offered_at: instantAfter(now, 0),
    // Where its plan's time is used up before, nobody is to begin it any more.
    start_by: start_before < waits_until ? start_before : waits_until,
    deadline: instantAfter(now, timeoutMs(call.contract)),
  };
  // Where another has put it at this moment, that one is waited for.
  if (await calls.offer(work)) workers.bell.ring();
  return work;
};

/** Not how many there are: the first of them may be forgotten by now. */
const lastNumber = (before: readonly HandedOut[]): number =>
  Math.max(0, ...before.map(({ call }) => handingOutOf(call.call_id)?.number ?? 0));

const follow = async (asking: Asking, call: WorkCall): Promise<Asked> => {
  const { workers, calls, signal } = asking;
  const [start_by, deadline] = [Date.parse(call.start_by), Date.parse(call.deadline)];
  let begun = false;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const heard = workers.bell.heard();
    const standing = await calls.get(call.call_id);
    if (standing?.answer !== undefined) return { kind: "answered", answer: standing.answer };
    if (typeof standing?.withheld === "string")
      return { kind: "withheld", why: `nothing was sent: ${standing.withheld}` };
    const over = signal?.aborted === true || workers.now() >= deadline;
    // One that was taken may have been put back, and then nobody had it.
    const may_be_untaken = !begun || standing?.state === "offered";
    if (over || (may_be_untaken && workers.now() >= start_by)) {
      if (await calls.withdraw(call)) return { kind: "not_taken", why: await whyNot(asking, call) };
      begun = true;
    }
    if (over) return { kind: "silent", why: await whyNoAnswer(calls, call) };
    const left = (begun ? deadline : start_by) - workers.now();
    await workers.bell.wait(heard, Math.max(1, Math.min(pause, left)), signal);
  }
};

const whyNot = async ({ workers, binding }: Asking, { tool_name, offered_at, start_by }: WorkCall): Promise<string> => {
  const nobody = `nothing was sent: no worker took it from ${offered_at} to ${start_by}`;
  try {
    const last = lastAsked(tool_name, await workers.seen.ofGroup(binding.group));
    return `${nobody}; ${nobodyAsks(binding.group, tool_name, last)}`;
  } catch (error) {
    // It was taken back: that nothing was sent is known, whoever asks for calls.
    return `${nobody}; who asks for calls of group ${binding.group} cannot be read: ${thrownText(error)}`;
  }
};

const whyNoAnswer = async (calls: WorkCalls, call: WorkCall): Promise<string> => {
  const worker = (await calls.get(call.call_id))?.worker ?? "a worker";
  return `${worker} of group ${call.group} took it and gave no answer by ${call.deadline}`;
};
