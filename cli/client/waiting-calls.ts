import { z } from "zod";
import { META_PREFIX } from "../../shared/contracts/offer/offered-tool.ts";
import type { JsonObject } from "../../shared/plan/json.ts";

/** A call as its client wrote it first, which it was last told waits. */
export type WaitingCall = { readonly name: string; readonly args: JsonObject; readonly call_id: string };

type Kept = { readonly call: WaitingCall; readonly since: number };

/** As the server keeps an end that nobody was told. A call that is made later than that is another, to the same effect. */
const KEPT_MS = 24 * 3_600_000;

/** As many as may wait of one agent at once. */
const MOST = 1_000;

/**
 * Calls whose end was not passed on yet. The answer that tells it may be lost on its way to here, as that of `buddy_wait`,
 * and the server takes it for told: the same call is answered for that one where it says which it goes on with, and would
 * be a new one else.
 */
export class WaitingCalls {
  private readonly kept = new Map<string, Kept>();

  get(call_id: string): WaitingCall | undefined {
    return this.kept.get(call_id)?.call;
  }

  /** The last that was told first. */
  all(): WaitingCall[] {
    const from = Date.now() - KEPT_MS;
    return [...this.kept.values()].filter(({ since }) => since > from).map(({ call }) => call);
  }

  /** From now on; those that were left longest are dropped where there are too many. */
  keep({ name, args, call_id }: WaitingCall): void {
    this.kept.delete(call_id);
    this.kept.set(call_id, { call: { name, args, call_id }, since: Date.now() });
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= MOST) break;
      this.kept.delete(oldest);
    }
  }

  /** `asked`: as it was kept when its end was asked for. Another who was told since that it waits is still to be told that. */
  ended(asked: WaitingCall | undefined): void {
    if (asked !== undefined && this.get(asked.call_id) === asked) this.kept.delete(asked.call_id);
  }
}

const toldOf = z.object({
  requestState: z.string().optional(),
  _meta: z
    .object({ [`${META_PREFIX}call`]: z.object({ call_id: z.string(), outcome: z.string() }).optional() })
    .optional(),
});

/** The id of the call that waits by a result: one that says so, or that asks for a page to be shown first. */
export const waitsIn = (result: unknown): string | undefined => {
  const { requestState, _meta } = toldOf.safeParse(result).data ?? {};
  const call = _meta?.[`${META_PREFIX}call`];
  return call?.outcome === "waiting" ? call.call_id : requestState;
};
