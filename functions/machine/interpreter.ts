import { isJsonObject, type Json, type JsonObject } from "../../shared/plan/json.ts";
import { chosen } from "./choice.ts";
import type { Machine, MapState, Retrier, State, TaskState } from "./definition.ts";
import { matches, StateError, stateError } from "./errors.ts";
import { filled, PathLeadsNowhere, placed, type Scope, valueAt } from "./paths.ts";
import { stateData } from "./state-data.ts";

/** The input of the interpreter: the functions, time, and the numbers that jitter is made of. */
export type Host = {
  readonly random: { next(): number };
  /** Calls a function. @throws StateError */
  invoke(state: string, payload: Json, timeout_seconds: number | undefined): Promise<Json>;
  /** Calls a function with a task token and waits for the token. @throws StateError */
  invokeAndWait(state: string, payloadFor: (token: string) => Json, timeout_seconds: number): Promise<Json>;
  sleep(seconds: number): Promise<void>;
  /** The run was stopped: it goes no further. */
  stopped(): boolean;
  entered(state: string): void;
};

/** How a run ended where a state could say so. */
export type RunEnd =
  | { readonly status: "SUCCEEDED"; readonly output: Json }
  | { readonly status: "FAILED"; readonly output: Json; readonly error: StateError };

const never = (): Promise<never> => new Promise(() => {});

/**
 * Runs a machine of Amazon States Language, as far as the file uses it. More data than a state of Step Functions may have
 * ends the run there too: what works here works deployed.
 * @throws StateError what no state catches
 */
export const runMachine = (machine: Machine, input: Json, host: Host): Promise<RunEnd> =>
  runStates(machine, { input, context: { Execution: { Input: input } } }, host);

/** One await for a state that takes time: of what thousands of runs that wait hold, each await is a part. */
const runStates = async (machine: Machine, { input, context }: Scope, host: Host): Promise<RunEnd> => {
  let name = machine.StartAt;
  let data = input;
  for (;;) {
    const state = machine.States[name];
    if (state === undefined) throw new StateError("States.Runtime", `there is no state ${name}`);
    if (host.stopped()) return never();
    host.entered(name);
    const entered = enter(name, state, { input: data, context }, host);
    const step = entered instanceof Promise ? await entered : entered;
    if (step.output !== data) stateData(`the output of ${name}`, step.output);
    if ("status" in step) return step;
    name = step.next;
    data = step.output;
  }
};

/** In seconds, before the attempt after so many; full jitter makes it anything from nothing to that. */
const longestPause = ({ IntervalSeconds, BackoffRate, MaxDelaySeconds }: Retrier, made: number): number =>
  Math.min(IntervalSeconds * BackoffRate ** made, MaxDelaySeconds ?? Number.POSITIVE_INFINITY);

type Step = { readonly next: string; readonly output: Json } | RunEnd;

const after = ({ Next }: State, output: Json): Step =>
  Next === undefined ? { status: "SUCCEEDED", output } : { next: Next, output };

const enter = (name: string, state: State, scope: Scope, host: Host): Step | Promise<Step> => {
  const { input } = scope;
  switch (state.Type) {
    case "Succeed":
      return { status: "SUCCEEDED", output: input };
    case "Fail":
      return { status: "FAILED", output: input, error: new StateError(state.Error, state.Cause ?? "") };
    case "Pass":
      return after(state, state.Result ?? input);
    case "Choice":
      return { next: chosen(state.Choices, state.Default, scope), output: input };
    case "Map":
      return runMap(state, scope, host);
    case "Task":
      return runTask(name, state, scope, host);
  }
};

const runMap = async (state: MapState, scope: Scope, host: Host): Promise<Step> => {
  const items = valueAt(state.ItemsPath, scope);
  if (!Array.isArray(items)) throw new PathLeadsNowhere(state.ItemsPath);
  const results: Json[] = [];
  let next = 0;
  let failed = false;
  /** An item that fails ends the Map: the others go no further, and none is begun. */
  const within: Host = { ...host, stopped: () => failed || host.stopped() };
  const work = async (): Promise<void> => {
    for (let at = next++; at < items.length && !failed; at = next++) {
      const ended = await runStates(state.ItemProcessor, { ...scope, input: items[at] ?? null }, within);
      if (ended.status === "FAILED") throw ended.error;
      results[at] = ended.output;
    }
  };
  const failing = (error: unknown): never => {
    failed = true;
    throw error;
  };
  const workers = Math.min(state.MaxConcurrency, items.length);
  await Promise.all(Array.from({ length: workers }, () => work().catch(failing)));
  return after(state, placed(state.ResultPath, scope.input, selected(state.ResultSelector, results, scope)));
};

const selected = (selector: JsonObject | undefined, result: Json, scope: Scope): Json =>
  selector === undefined ? result : filled(selector, { ...scope, input: result });

const runTask = async (name: string, state: TaskState, scope: Scope, host: Host): Promise<Step> => {
  const attempts = new Map<Retrier, number>();
  for (;;) {
    try {
      const result = stateData(`the answer of ${name}`, await attempt(name, state, scope, host));
      if (host.stopped()) return await never();
      return after(state, placed(state.ResultPath, scope.input, selected(state.ResultSelector, result, scope)));
    } catch (thrown) {
      if (host.stopped()) return await never();
      const error = stateError(thrown);
      const retrier = state.Retry.find((candidate) => matches(candidate, error));
      const made = retrier === undefined ? 0 : (attempts.get(retrier) ?? 0);
      if (retrier !== undefined && made < retrier.MaxAttempts) {
        attempts.set(retrier, made + 1);
        await host.sleep(longestPause(retrier, made) * host.random.next());
        continue;
      }
      const catcher = state.Catch.find((candidate) => matches(candidate, error));
      if (catcher === undefined) throw error;
      const failure = { Error: error.name, Cause: error.cause_text };
      return { next: catcher.Next, output: placed(catcher.ResultPath, scope.input, failure) };
    }
  }
};

const attempt = (name: string, state: TaskState, scope: Scope, host: Host): Promise<Json> => {
  if (!state.Resource.endsWith(".waitForTaskToken")) {
    return host
      .invoke(name, payloadOf(name, filled(state.Parameters, scope)), state.TimeoutSeconds)
      .then((Payload) => ({ Payload }));
  }
  const seconds = state.TimeoutSecondsPath === undefined ? undefined : valueAt(state.TimeoutSecondsPath, scope);
  if (typeof seconds !== "number") throw new PathLeadsNowhere(String(state.TimeoutSecondsPath));
  const payloadFor = (Token: string): Json =>
    payloadOf(name, filled(state.Parameters, { ...scope, context: { ...scope.context, Task: { Token } } }));
  return host.invokeAndWait(name, payloadFor, seconds);
};

const payloadOf = (name: string, parameters: JsonObject): Json => {
  const { Payload } = stateData(`the input of ${name}`, parameters);
  if (Payload === undefined) throw new StateError("States.Runtime", "a task has no Payload");
  return isJsonObject(Payload) ? { ...Payload } : Payload;
};
