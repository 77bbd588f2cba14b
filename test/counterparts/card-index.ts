import type { WorkCall, WorkOutcome } from "../../shared/execution/record/work.ts";
import type { JsonObject } from "../../shared/plan/json.ts";

export type Card = { stage: string; note: string | null };

/** The part of a call that a store of cards reads. */
export type CardCall = Pick<WorkCall, "tool_name" | "rung" | "arguments" | "idempotency_key">;

/** A team's own store: cards by id, and what was done to them by key. */
export const cardIndex = () => {
  const cards = new Map<string, Card>();
  const done = new Map<string, { readonly id: string; readonly before: Card; readonly after: Card }>();
  /** Keys of calls that were undone, and what came of each undoing, by its own key. */
  const undone = new Set<string>();
  const undoings = new Map<string, WorkOutcome>();
  /** Each time that something was really changed by a call. */
  const effects: string[] = [];
  /** The same, by undoings as well. */
  let changes = 0;

  const idOf = ({ arguments: args }: Pick<WorkCall, "arguments">): string => String(args.card);
  const cardOf = (id: string): Card => cards.get(id) ?? { stage: "", note: null };
  const wanted = (call: Pick<WorkCall, "arguments">): Card => ({
    ...cardOf(idOf(call)),
    ...(typeof call.arguments.stage === "string" ? { stage: call.arguments.stage } : {}),
  });
  const changesTo = (id: string, next: Card) => {
    const old = cardOf(id);
    return old.stage === next.stage ? [] : [{ record: `card:${id}`, field: "stage", old: old.stage, new: next.stage }];
  };

  const change = (call: CardCall): WorkOutcome => {
    const id = idOf(call);
    const known = done.get(call.idempotency_key);
    const after = known?.after ?? wanted(call);
    if (known === undefined) {
      done.set(call.idempotency_key, { id, before: cardOf(id), after });
      if (changesTo(id, after).length > 0) {
        effects.push(`${id}: ${after.stage}`);
        changes += 1;
      }
      cards.set(id, after);
    }
    return { outcome: "committed", output: { card: id, stage: after.stage }, undo: null };
  };

  /** The values that undoing the calls on a card would put back. */
  const back = (id: string) => [...done].findLast(([key, each]) => each.id === id && !undone.has(key));

  const undo = (call: CardCall): WorkOutcome => {
    const said = undoings.get(call.idempotency_key) ?? undoNow(call);
    undoings.set(call.idempotency_key, said);
    return said;
  };

  const undoNow = (call: CardCall): WorkOutcome => {
    const [key, entry] = back(idOf(call)) ?? [];
    if (key === undefined || entry === undefined) return { outcome: "committed", output: { undone: 0 }, undo: null };
    if (cardOf(entry.id).stage !== entry.after.stage) {
      return { outcome: "rejected", error: "not undone, because somebody else has written since" };
    }
    undone.add(key);
    if (entry.before.stage !== entry.after.stage) changes += 1;
    cards.set(entry.id, { ...cardOf(entry.id), stage: entry.before.stage });
    return { outcome: "committed", output: { undone: 1 }, undo: null };
  };

  const answer = (call: CardCall): WorkOutcome => {
    if (call.tool_name === "card_search") {
      const found = [...cards.keys()].filter((id) => id.startsWith(String(call.arguments.q ?? "")));
      return { outcome: "committed", output: { found }, undo: null };
    }
    switch (call.rung) {
      case "preview":
        return { outcome: "committed", output: { changes: changesTo(idOf(call), wanted(call)) }, undo: null };
      case "preview_undo": {
        const [, entry] = back(idOf(call)) ?? [];
        const changes = entry === undefined ? [] : changesTo(entry.id, entry.before);
        return { outcome: "committed", output: { changes }, undo: null };
      }
      case "call":
        return change(call);
      case "undo":
        return undo(call);
      case "look_up": {
        const undoing = undoings.get(call.idempotency_key);
        if (undoing !== undefined) return undoing;
        const known = done.get(call.idempotency_key);
        if (known === undefined) return { outcome: "rejected", error: "there is no such key" };
        return { outcome: "committed", output: { card: known.id, stage: known.after.stage }, undo: null };
      }
    }
  };

  return {
    cards,
    effects,
    changes: (): number => changes,
    answer,
    clear: (): void => {
      for (const each of [cards, done, undone, undoings]) each.clear();
      effects.length = 0;
      changes = 0;
      cards.set("c1", { stage: "new", note: null });
      cards.set("c2", { stage: "lead", note: "x" });
    },
    snapshot: (): { [id: string]: JsonObject } => structuredClone(Object.fromEntries(cards)),
  };
};

export type CardIndex = ReturnType<typeof cardIndex>;

/** Somebody else writes to the cards, in the place of a tool that is tried there. */
export const withOthersAtWork = ({ cards, effects }: CardIndex) => {
  const eachBecomes = (change: Partial<Card>): void => {
    for (const [id, card] of cards) cards.set(id, { ...card, ...change });
  };
  return {
    overwrite: async () => {
      if (effects.length === 0) return undefined;
      eachBecomes({ stage: "another's", note: null });
      return "somebody else has written since";
    },
    drift: async () => {
      eachBecomes({ stage: "in between" });
      return true;
    },
    beside: async () => eachBecomes({ note: "another's" }),
  };
};
