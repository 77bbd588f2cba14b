import { isJsonObject, type Json } from "../../shared/plan/json.ts";
import { accept, refuse } from "../../shared/plan/result.ts";
import { printable } from "../../shared/shown/untrusted.ts";
import { ApiProblem, CliError, type FileProgress } from "../client/problem.ts";
import { EXIT } from "../exit-codes.ts";
import { itemsIn, jsonFile } from "../named-files.ts";
import type { Session } from "../session.ts";
import { checkAll } from "./check-all.ts";
import type { Item, Put, Putting } from "./putting.ts";

/**
 * Registers every item of a file, in its order. Of several, all are looked at before the first is kept, so that a fault in
 * one keeps none, and all faults are told at once. One may be refused all the same, for what others did meanwhile: it ends
 * the command, and the error tells what became of the others.
 */
export const putAll = async (session: Session, path: string, putting: Putting): Promise<readonly Put[]> => {
  const value = await jsonFile(session.context, path);
  const items = namedItems(path, putting.listed?.(value) ?? itemsIn(value, putting.list), putting);
  if (items.length === 0) session.context.err(`${printable(path)} holds none: nothing was done`);
  await checkAll(path, items, putting);
  const done: Put[] = [];
  for (const { name, item } of items) {
    const each = await putting.put(name, item).catch((error: unknown) => {
      throw error instanceof CliError && items.length > 1 ? refusedOf(items, done, error) : error;
    });
    done.push(each);
    if (!session.json) for (const line of each.lines) session.context.out(line);
  }
  return done;
};

/** By a field that names each item. */
export const namedBy = (field: string): Pick<Putting, "nameOf" | "once"> => ({
  nameOf: (item) => {
    const name = isJsonObject(item) ? item[field] : undefined;
    return typeof name === "string" ? accept(name) : refuse(`has no ${field}`);
  },
  once: true,
});

/** Of one item its document, of several all of them. */
export const documentOf = (done: readonly Put[]): Json => {
  const [first, ...others] = done.map(({ raw }) => raw);
  return first !== undefined && others.length === 0 ? first : done.map(({ raw }) => raw);
};

const namedItems = (path: string, items: readonly Json[], { nameOf, once }: Putting): readonly Item[] => {
  const places = new Map<string, number>();
  return items.map((item, index) => {
    const named = nameOf(item);
    if (!named.ok) throw new CliError(`${path}: item ${index + 1} ${named.refusal}`, EXIT.refused);
    const name = named.value;
    const before = places.get(name);
    if (before !== undefined && once) {
      const message = `${path}: items ${before} and ${index + 1} are both ${name}`;
      throw new CliError(message, EXIT.refused, { remedy: "keep the one that is meant; nothing was sent" });
    }
    places.set(name, index + 1);
    return { name, item };
  });
};

/** The error of one item, with its name and place, and with what became of the rest of the file. */
const refusedOf = (items: readonly Item[], done: readonly Put[], error: CliError): CliError => {
  const names = items.map(({ name }) => name);
  const at = done.length;
  const file: FileProgress = {
    stored: names.filter((_, index) => done[index]?.waits === false),
    waiting: names.filter((_, index) => done[index]?.waits === true),
    refused: names[at] ?? "",
    not_tried: names.slice(at + 1),
  };
  // Of faults, the server's words say that nothing was stored: of this one item.
  const faulty = error instanceof ApiProblem && (error.problem.violations ?? []).length > 0;
  const place = `${file.refused}, item ${at + 1} of ${items.length}`;
  const message = faulty ? `${place}, was refused` : `${place}: ${error.message}`;
  const remedy = [error.remedy, rest(file)].filter((words) => words !== null).join("; ");
  return error instanceof ApiProblem
    ? new ApiProblem(error.status, error.problem, remedy, { message, file })
    : new CliError(message, error.exit_code, { remedy, file, cause: error, faults: error.faults });
};

const rest = ({ stored, waiting, not_tried }: FileProgress): string =>
  [
    `stored of this file: ${stored.length === 0 ? "nothing" : stored.join(", ")}`,
    ...(waiting.length === 0 ? [] : [`waiting for a second person: ${waiting.join(", ")}`]),
    ...(not_tried.length === 0 ? [] : [`not tried: ${not_tried.join(", ")}`]),
  ].join("; ");
