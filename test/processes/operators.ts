import type { ExecutionSummary } from "../../functions/api/schemas/executions.ts";
import type { Json } from "../../shared/plan/json.ts";
import type { Client } from "./client.ts";

/** Looks between two locks, and for how many looks a lock stays. */
const BETWEEN_LOCKS = 6;
const LOCKED_FOR = 3;

/** In turn: what holds every mail, and every update of a contact, in the sandbox and at the counterpart. */
const SCOPES: readonly Json[] = [
  { kind: "tool", tool_name: "msgraph_send_email" },
  { kind: "tool", tool_name: "svc_update" },
  { kind: "tool", tool_name: "ghl_update_contact" },
  { kind: "tool", tool_name: "svc_mail" },
];

/** Olga locks now and then while there is work, Omar unlocks, and resumes what a lock held. */
export class Operators {
  /** Locks that were placed, and executions that were taken up again after one. */
  locks = 0;
  resumed = 0;
  #looks = 0;
  #held: Json | undefined;
  readonly #client: Client;
  readonly #resumed = new Set<string>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** One look at everything. @returns whether a lock is held, or something was resumed */
  async look(all: readonly ExecutionSummary[], working: boolean): Promise<boolean> {
    this.#looks += 1;
    const turn = this.#looks % (BETWEEN_LOCKS + LOCKED_FOR);
    if (this.#held === undefined && working && turn === BETWEEN_LOCKS) await this.#lock();
    else if (this.#held !== undefined && (turn === 0 || !working)) await this.#unlock(this.#held);
    if (this.#held !== undefined) return true;
    let began = 0;
    for (const { execution_id, status } of all) {
      if (status !== "LOCKED" || this.#resumed.has(execution_id)) continue;
      // 409: it has begun already, by the request whose reply was lost, or holds a compensation that a person must settle.
      const { status: told } = await this.#post(`/executions/${execution_id}/resume`, "omar", {}, [202, 409]);
      if (told === 409) continue;
      this.#resumed.add(execution_id);
      began += 1;
    }
    this.resumed += began;
    return began > 0;
  }

  async #lock(): Promise<void> {
    const scope = SCOPES[this.locks % SCOPES.length];
    if (scope === undefined) return;
    await this.#post("/system/lock", "olga", { scope }, [200]);
    this.locks += 1;
    this.#held = scope;
  }

  async #unlock(scope: Json): Promise<void> {
    // 404, 409: lifted already, by the request whose reply was lost.
    await this.#post("/system/unlock", "omar", { scope }, [200, 404, 409]);
    this.#held = undefined;
    this.#resumed.clear();
  }

  async #post(path: string, as: string, more: { [name: string]: Json }, fine: readonly number[]) {
    const reply = await this.#client.request("POST", path, { as, body: { reason: "to be sure", ...more } });
    if (!fine.includes(reply.status)) throw new Error(`${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply;
  }
}
