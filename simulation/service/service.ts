import { resourcesOf } from "../../shared/contracts/resources.ts";
import { keyKnownSeconds } from "../../shared/contracts/tool-contract.ts";
import type { Preview } from "../../shared/execution/approval/preview.ts";
import type { LedgerSide } from "../../shared/execution/record/ledger-row.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import type { LiveToolCall, ToolCall } from "../../shared/ports/tools.ts";
import type { Absence } from "./absences.ts";

/** A call that reached the outside world. */
export type Arrival = {
  readonly call: LiveToolCall;
  readonly side: LedgerSide;
  readonly by: string;
  /** Virtual time, in milliseconds. */
  readonly at: number;
};

export type Effect = { readonly output: JsonObject; readonly undo: JsonObject | null };

type Thing = { readonly value: string | null; readonly by: string };
const PUT_BACK = "put back";
/** There is no such thing: the service refuses every write of it. */
export const NOWHERE = "nowhere";
const NOBODY: Thing = { value: null, by: "nobody" };

export const textOf = (args: JsonObject, name: string): string => String(args[name] ?? "");

const authorOf = ({ execution_id, step_id }: ToolCall): string => `${execution_id}/${step_id}`;

const effectName = ({ execution_id, step_id }: Pick<ToolCall, "execution_id" | "step_id">, side: LedgerSide): string =>
  `${execution_id}/${step_id}/${side}`;

/**
 * The outside world: things with one value each, and what every call really did to them. It knows no ledger: what the
 * ledger says is compared with it.
 */
export class Service {
  readonly #things = new Map<string, Thing>();
  readonly #byKey = new Map<string, { readonly effect: Effect; readonly at: number }>();
  readonly #effects = new Map<string, number>();
  readonly #running = new Map<string, Set<symbol>>();
  #absences: readonly Absence[] = [];
  #turnedAway = 0;

  /** It is not there at these times: it answers no question, and takes no call. */
  goesAway(absences: readonly Absence[]): void {
    this.#absences = absences;
  }

  /** Asked by whoever comes to it, at that virtual time in milliseconds. */
  isAway(now: number): boolean {
    const away = this.#absences.some(({ from, until }) => from <= now && now < until);
    if (away) this.#turnedAway += 1;
    return away;
  }

  /** How often somebody came while it was away. */
  get turnedAway(): number {
    return this.#turnedAway;
  }

  thing(id: string): Thing {
    return this.#things.get(id) ?? NOBODY;
  }

  /** Somebody changes a thing who knows nothing of Buddy. */
  meddle(id: string, value: string): void {
    this.#things.set(id, { value, by: "somebody else" });
  }

  preview({ contract, arguments: args }: ToolCall): Preview {
    const id = textOf(args, "id");
    const stands = this.thing(id).value;
    if (contract.tool_name === "look") {
      return { summary: `thing ${id} is ${stands}`, output: { id, value: stands ?? "nothing" }, changes: [] };
    }
    const value = textOf(args, "value");
    const changes = [{ record: `thing:${id}`, field: "value", old: stands, new: value }];
    return { summary: `sets thing ${id} to ${value}`, output: { id, value }, changes };
  }

  undoOf({ contract, arguments: args }: ToolCall): JsonObject | null {
    const id = textOf(args, "id");
    const { value, by } = this.thing(id);
    return contract.compensation === "none" ? null : { id, back_to: value, back_by: by };
  }

  /** The effect under the key of a call, where the service recognises it at that virtual time, in milliseconds. */
  recognised(call: LiveToolCall, side: LedgerSide, at: number): Effect | undefined {
    const known = this.#byKey.get(`${side}#${call.idempotency_key}`);
    if (known === undefined || call.contract.outcome_resolution !== "IDEMPOTENT_KEY") return undefined;
    return at < known.at + keyKnownSeconds(call.contract) * 1000 ? known.effect : undefined;
  }

  /** The call takes effect, once while its key is recognised. */
  effect({ call, side }: Pick<Arrival, "call" | "side">, undo: JsonObject | null, at: number): Effect {
    const known = this.recognised(call, side, at);
    if (known !== undefined) return known;
    const id = textOf(call.arguments, "id");
    const done: Effect =
      side === "forward"
        ? { output: { id, value: textOf(call.arguments, "value") }, undo: this.undoOf(call) }
        : { output: { id, undone: true }, undo: null };
    if (side === "forward") this.#things.set(id, { value: textOf(call.arguments, "value"), by: authorOf(call) });
    else this.#putBack(id, undo);
    this.#byKey.set(`${side}#${call.idempotency_key}`, { effect: done, at });
    const name = effectName(call, side);
    this.#effects.set(name, (this.#effects.get(name) ?? 0) + 1);
    return done;
  }

  isStill(call: ToolCall): boolean {
    return this.thing(textOf(call.arguments, "id")).by === authorOf(call);
  }

  isPutBack(id: string): boolean {
    return this.thing(id).by === PUT_BACK;
  }

  byKey(side: LedgerSide, idempotency_key: string): Effect | undefined {
    return this.#byKey.get(`${side}#${idempotency_key}`)?.effect;
  }

  /** How often the calls of one step and side took effect. */
  effects(step: Pick<ToolCall, "execution_id" | "step_id">, side: LedgerSide): number {
    return this.#effects.get(effectName(step, side)) ?? 0;
  }

  /** A call begins. @returns what ends it */
  begins(tool_name: string): () => void {
    const call = Symbol(tool_name);
    const running = this.#running.get(tool_name) ?? new Set();
    this.#running.set(tool_name, running.add(call));
    return () => running.delete(call);
  }

  /** The one machine that all callers ran on went down: nobody waits for an answer, whatever the service still does. */
  callersAreGone(): void {
    for (const running of this.#running.values()) running.clear();
  }

  /** Calls of a tool whose time is not up, that have no answer yet, and that somebody waits for. */
  running(tool_name: string): number {
    return this.#running.get(tool_name)?.size ?? 0;
  }

  /** The value from before stands there again, as its writer left it: it can be undone in its turn. */
  #putBack(id: string, undo: JsonObject | null): void {
    const { back_to, back_by } = undo ?? {};
    const by = typeof back_by === "string" && typeof back_to === "string" ? back_by : PUT_BACK;
    this.#things.set(id, { value: typeof back_to === "string" ? back_to : null, by });
  }
}

/** Keys of the resources that a call writes. */
export const writtenKeys = ({ contract, arguments: args }: ToolCall): string[] =>
  resourcesOf(contract, args, [])
    .filter((resource) => resource.access === "write")
    .map((resource) => resource.key);
