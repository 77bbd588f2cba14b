import { writes } from "../../shared/contracts/tool-contract.ts";
import type { CallOutcome, LookUp } from "../../shared/execution/call-outcome.ts";
import type { LedgerSide } from "../../shared/execution/record/ledger-row.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { type LiveToolCall, type ToolAdapter, type ToolCall, ToolFailure } from "../../shared/ports/tools.ts";
import type { Hazards, ServiceFate } from "../hazards/hazards.ts";
import type { Random } from "../random.ts";
import type { Process } from "../scheduler/process.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";
import { type Arrival, type Effect, NOWHERE, type Service, textOf } from "./service.ts";
import { strangeError, strangeOutput } from "./strange.ts";

export type ServiceAround = {
  readonly service: Service;
  readonly scheduler: Scheduler;
  readonly hazards: Hazards;
  readonly random: Random;
  readonly settling_seconds: number;
  /** Told of every call that reaches the service, before anything comes of it. */
  readonly arrived: (arrival: Arrival) => Promise<void>;
  /** And when it takes effect. */
  readonly effected: (arrival: Arrival) => Promise<void>;
};

class ConnectionReset extends Error {
  override name = "ConnectionReset";
}

const notThere = (): ToolFailure => new ToolFailure("the service answered 503", { passing: true });

const never = (): Promise<never> => new Promise(() => {});

/**
 * A tool of the simulated service as one process sees it. A call there takes effect whether the process lives or not.
 */
export const serviceAdapter = (around: ServiceAround, process: Process): ToolAdapter => {
  const { service, scheduler } = around;
  const reads = <Value>(label: string, call: ToolCall, read: () => Value): Promise<Value> =>
    process.call(`${label} ${call.contract.tool_name}`, false, () => {
      if (service.isAway(scheduler.now)) throw notThere();
      return read();
    });

  return {
    mock: async ({ arguments: args }) => ({ id: String(args.id ?? ""), value: "a mock" }),
    preview: (call) => reads("preview", call, () => service.preview(call)),
    prepareUndo: (call) => reads("prepare the undo of", call, () => service.undoOf(call)),
    previewUndo: (call) =>
      reads("preview the undo of", call, () => {
        const { output, summary, changes } = service.preview(call);
        return { summary, output, changes: service.isStill(call) ? changes : [] };
      }),
    call: (call) => send(around, process, call, "forward", null),
    compensate: (call, undo) => send(around, process, call, "compensation", undo),
    lookUp: (call, side) =>
      reads("look up", call, (): LookUp => {
        if (call.contract.outcome_resolution === "OPAQUE") return { kind: "unknown", why: "it cannot be asked" };
        const fate = around.hazards.service(call.contract.tool_name, "look_up");
        if (fate === "throws") throw new ConnectionReset(strangeError(around.random));
        if (fate === "vague") return { kind: "unknown", why: strangeError(around.random) };
        const effect = service.byKey(side, call.idempotency_key);
        if (effect === undefined) return { kind: "did_not_happen" };
        const { output, undo } = effect;
        const strange = fate === "strange_answer";
        return { kind: "happened", output: strange ? strangeOutput(around.random) : output, undo };
      }),
  };
};

const send = async (
  around: ServiceAround,
  process: Process,
  call: LiveToolCall,
  side: LedgerSide,
  undo: JsonObject | null,
): Promise<CallOutcome> => {
  const { service, hazards } = around;
  const { tool_name } = call.contract;
  return process.call(`${side} call of ${tool_name} for ${call.step_id}`, true, async () => {
    if (call.signal.aborted) return { kind: "rejected", error: "stopped before anything was sent" };
    const arrival: Arrival = { call, side, by: process.name, at: around.scheduler.now };
    await around.arrived(arrival);
    const away = service.isAway(around.scheduler.now);
    if (away && !writes(call.contract)) throw notThere();
    if (away) return { kind: "indeterminate", error: "the service answered 503" };
    if (!writes(call.contract)) return readNow(service, hazards, call);
    if (side === "compensation" && !service.isStill(call)) {
      return { kind: "rejected", error: "somebody else has written since" };
    }
    const fate = fateOf(around, call, side);
    switch (fate) {
      case "rejects":
        return { kind: "rejected", error: "the service refused it" };
      case "strange_refusal":
        return { kind: "rejected", error: strangeError(around.random) };
      case "vague":
        return { kind: "indeterminate", error: "the service answered 502" };
      case "silent_before":
        return never();
      case "throws_before":
        throw new ConnectionReset("before the service took it");
      default:
        return await answerOf(around, process, call, fate, workOn(around, arrival, undo, fate));
    }
  });
};

/** A service may refuse a call under a key that it has made before: the key is in use, or what it acted on has changed. */
const fateOf = ({ hazards }: ServiceAround, call: LiveToolCall, side: LedgerSide): ServiceFate =>
  textOf(call.arguments, "id") === NOWHERE ? "rejects" : hazards.service(call.contract.tool_name, side);

const readNow = (service: Service, hazards: Hazards, call: LiveToolCall): CallOutcome => {
  const fate = hazards.service(call.contract.tool_name, "forward");
  if (fate !== "commits") throw new ToolFailure("no answer from the service", { timed_out: true });
  return { kind: "committed", output: service.preview(call).output, undo: null };
};

/**
 * The service works on it: the effect comes within the contract's timeout, a late one before the settling time is over.
 * A call whose time is up counts no more among those that run: Buddy has let go of it, whatever the service still does.
 */
const workOn = (
  around: ServiceAround,
  arrival: Arrival,
  undo: JsonObject | null,
  fate: ServiceFate,
): Promise<Effect> => {
  const { call } = arrival;
  const { service, scheduler, random, settling_seconds } = around;
  const { tool_name, timeout_seconds } = call.contract;
  const ends = service.begins(tool_name);
  // The caller's time began before its request arrived.
  call.signal.addEventListener("abort", ends, { once: true });
  const longest = timeout_seconds * 1000;
  const after = fate === "late" ? longest + random.below(settling_seconds * 900) : random.below(longest / 4);
  return new Promise((resolve) => {
    scheduler.after(Math.min(after, longest), ends);
    scheduler.after(after, () => {
      around.effected(arrival).then(() => resolve(service.effect(arrival, undo, scheduler.now)));
    });
  });
};

/** Waiting for the answer is an await point of its own: whoever dies there has sent something. */
const answerOf = async (
  { random }: Pick<ServiceAround, "random">,
  process: Process,
  call: LiveToolCall,
  fate: ServiceFate,
  work: Promise<Effect>,
): Promise<CallOutcome> => {
  const { output, undo } = await process.call(`answer to ${call.step_id}`, false, () => work);
  if (fate === "silent_after" || fate === "late") return never();
  if (fate === "throws_after") throw new ConnectionReset("after the service took it");
  return { kind: "committed", output: fate === "strange_answer" ? strangeOutput(random) : output, undo };
};
