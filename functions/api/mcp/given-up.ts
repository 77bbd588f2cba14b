import type { Asking } from "./asking.ts";

type Waiting = { readonly agent: string; readonly id: string | number; readonly giveUp: () => void };

/**
 * Requests of which a client may say that it has given up waiting. On the older line of the protocol it says so in a
 * request of its own, while the first stays open and would be answered to nobody. It is heard where one process answers
 * both. Clients count their requests alike: of two clients of one agent it may be the other's that is meant, whose answer
 * then only comes sooner.
 */
export class GivenUp {
  private readonly waiting = new Set<Waiting>();

  /** A signal for a request; `done` when it is answered. */
  listen({ agent }: Asking, id: string | number): { readonly signal: AbortSignal; readonly done: () => void } {
    const controller = new AbortController();
    const waiting = { agent, id, giveUp: () => controller.abort() };
    this.waiting.add(waiting);
    return { signal: controller.signal, done: () => void this.waiting.delete(waiting) };
  }

  /** A client of that agent has given up waiting for the answer of a request. */
  hear({ agent }: Asking, id: string | number): void {
    for (const each of this.waiting) if (each.agent === agent && each.id === id) each.giveUp();
  }
}
