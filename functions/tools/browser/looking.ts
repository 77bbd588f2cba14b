import type { BrowserBinding } from "../../../shared/contracts/binding/browser/browser-binding.ts";
import type { SecretFamily } from "../../../shared/contracts/binding/secret-family.ts";
import type { CallOutcome, PushBack } from "../../../shared/execution/call-outcome.ts";
import type { Json } from "../../../shared/plan/json.ts";
import { valueAt } from "../../../shared/plan/json-pointer.ts";
import type { Looked, Visit, VisitLimits } from "../../../shared/ports/pages.ts";
import type { ToolCall } from "../../../shared/ports/tools.ts";
import { timeoutMs } from "../time-limit.ts";
import type { Composing } from "./visit.ts";
import type { ReadingBrowserWay } from "./way.ts";

export type Stoppable = ToolCall & { readonly signal?: AbortSignal };
export type Seen = Extract<Looked, { kind: "seen" }>;

/** A page is looked at on the rung of a function: what it may open pages with. */
export type Looking = {
  readonly binding: BrowserBinding;
  readonly way: ReadingBrowserWay;
  look(visit: Visit, limits: VisitLimits): Promise<Looked>;
  secrets(family: SecretFamily): ReadingBrowserWay["read"];
};

export const unsent = (error: string, pushed: PushBack = {}): CallOutcome => ({
  kind: "rejected",
  error,
  unsent: true,
  ...pushed,
});

/** The pause that the browser asks for, while it is being started or after it ended. */
export const pushBackOf = ({
  again_in_seconds: again,
}: {
  readonly again_in_seconds?: number | undefined;
}): PushBack => (again === undefined ? {} : { again_in_seconds: again });

export const limitsOf = (call: Stoppable): VisitLimits => ({
  timeout_ms: timeoutMs(call.contract),
  ...(call.signal === undefined ? {} : { signal: call.signal }),
});

export const composing = ({ binding, way, secrets }: Looking, call: ToolCall, key?: string): Composing => ({
  binding,
  call,
  secrets,
  known: way.known,
  ...(key === undefined ? {} : { key }),
});

/** The output of an act, as its contract and its look-up say it alike. */
export const committedOutput = ({ binding, way }: Looking, output: { readonly [name: string]: Json }): Json =>
  way.known.masked(valueAt(output, binding.output ?? "") ?? null);
