import type { Json } from "../../shared/plan/json.ts";
import { plural } from "../../shared/shown/words.ts";
import { ApiProblem, CliError, type Problem, type Refusal } from "../client/problem.ts";
import { EXIT } from "../exit-codes.ts";
import type { Item, Putting } from "./putting.ts";

/** The server has looked at the item itself; any other answer is about who asks, or whether it can. */
const ABOUT_THE_ITEM: ReadonlySet<number> = new Set([400, 404, 409, 413, 422]);

/** Looks at every item of a file of several, and keeps none. @throws CliError with all that is wrong, item by item */
export const checkAll = async (path: string, items: readonly Item[], { check }: Putting): Promise<void> => {
  if (items.length < 2) return;
  const refusals: Refusal[] = [];
  const before = new Map<string, Json>();
  for (const [index, { name, item }] of items.entries()) {
    await check(name, item, before).catch((error: unknown) => {
      if (!(error instanceof ApiProblem) || !ABOUT_THE_ITEM.has(error.status)) throw error;
      refusals.push({ name, item: index + 1, problem: error.problem });
    });
    before.set(name, item);
  }
  const [first] = refusals;
  if (first === undefined) return;
  const message = `${path}: ${refusals.length} of ${plural(items.length, "item")} cannot be taken; nothing of this file was stored`;
  const not_tried = items.map(({ name }) => name).filter((_, index) => index !== first.item - 1);
  throw new CliError(message, refusals.every(({ problem }) => problem.status === 409) ? EXIT.conflict : EXIT.refused, {
    faults: refusals.flatMap(faultsOf),
    file: { stored: [], waiting: [], refused: first.name, not_tried, refusals },
  });
};

const faultsOf = ({ name, item, problem }: Refusal): string[] => {
  const place = `item ${item}, ${name}:`;
  const faults = faultsIn(problem);
  return faults.length === 0
    ? [`${place} ${problem.detail ?? problem.title ?? "it is refused"}`]
    : faults.map((fault) => `${place} ${fault}`);
};

const faultsIn = ({ violations = [], more = 0 }: Problem): string[] => [
  ...violations.map(({ path, message, rule }) => `${path === "" ? "(the whole body)" : path} ${message} [${rule}]`),
  ...(more > 0 ? [`and ${plural(more, "more violation")} that the server did not list`] : []),
];
