import type { DecisionWord } from "../../shared/execution/approval/decide.ts";
import type { LockMode, LockScope } from "../../shared/execution/lock/lock.ts";

/** One answer of one person to one request, so many seconds after it was asked or voted on. `look`: what is true by then. */
export type Answer = {
  readonly by: string;
  readonly word: DecisionWord | "extend" | "look";
  readonly after_seconds: number;
};

/** The act of a person on the system as a whole, or to one execution of it. */
export type Act =
  | { readonly kind: "lock"; readonly scope: LockScope; readonly mode: LockMode; readonly for_seconds: number }
  | { readonly kind: "live_off"; readonly for_seconds: number }
  | { readonly kind: "abort"; readonly execution_id: string }
  | { readonly kind: "roll_back"; readonly execution_id: string; readonly depth: number | null }
  | { readonly kind: "meddle"; readonly thing: string }
  | { readonly kind: "restart" }
  | { readonly kind: "take_up" }
  | { readonly kind: "sweep" };
