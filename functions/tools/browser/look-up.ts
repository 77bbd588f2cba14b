import type { LookUp } from "../../../shared/execution/call-outcome.ts";
import { valueAt } from "../../../shared/plan/json-pointer.ts";
import type { LiveToolCall } from "../../../shared/ports/tools.ts";
import { holds } from "../declared/standing.ts";
import { missingElement } from "./in-words.ts";
import { committedOutput, composing, type Looking, limitsOf } from "./looking.ts";
import { sourcesOf, visitOf } from "./visit.ts";
import type { BrowserWay } from "./way.ts";

/**
 * Whether a call happened: as the page remembers on which it was done, while that page is there; else as another page
 * shows that the contract names for it. That a page remembers nothing says nothing: it may be a later one.
 */
export const lookUp = async (
  looking: Looking,
  way: BrowserWay,
  call: LiveToolCall,
  side: "forward" | "compensation",
): Promise<LookUp> => {
  const { contract, execution_id, agent_id, idempotency_key: key } = call;
  const { hosts, look_up } = looking.binding;
  if (contract.outcome_resolution === "OPAQUE") {
    return { kind: "unknown", why: `${contract.tool_name} offers no way to ask whether a call happened` };
  }
  const known = await way.pages.recall({ execution_id, agent_id, hosts }, key);
  if (known !== undefined) {
    const output = side === "forward" ? committedOutput(looking, known) : way.known.masked(known);
    return { kind: "happened", output, undo: null };
  }
  if (look_up === undefined || side === "compensation") {
    return { kind: "unknown", why: "the page that it was made on does not remember it, or is gone" };
  }
  const visit = visitOf(composing(looking, call, key), look_up);
  if (!visit.ok) return { kind: "unknown", why: `it cannot be asked: ${visit.refusal}` };
  const { key: _, ...asking } = visit.value;
  const seen = await way.pages.lookToAct({ ...asking, apart: true }, limitsOf(call));
  if (seen.kind === "not_seen") return { kind: "unknown", why: way.known.maskedText(seen.why) };
  const brought = { url: seen.address, ...seen.output };
  const sources = sourcesOf(call, key);
  if (holds(look_up.happened_when, brought, sources)) {
    const output = way.known.masked(valueAt(brought, look_up.output ?? "") ?? null);
    return { kind: "happened", output, undo: null };
  }
  const { did_not_happen_when: not } = look_up;
  // An element that is not there may be one that comes late: that alone shows nothing.
  const missing = missingElement(seen, asking.actions);
  if (not === undefined ? missing === undefined : holds(not, brought, sources)) return { kind: "did_not_happen" };
  if (missing !== undefined) return { kind: "unknown", why: way.known.maskedText(missing) };
  return { kind: "unknown", why: "the page that was asked shows neither that it happened nor that it did not" };
};
