import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import type { Rows } from "../../functions/adapters/memory/operations.ts";
import type { Item, Scalar } from "../../functions/adapters/table/item.ts";
import { placeOf } from "../../functions/adapters/table/record.ts";
import type { Query } from "../../functions/adapters/table/table.ts";
import { RecordDamaged } from "../../shared/ports/damaged.ts";

const COLUMNS = "pk, sk, gsi1pk, gsi1sk, body, others";

/** The rows of a table in a file of SQLite: each query one statement, which is compiled once. */
export const sqlRows = (db: DatabaseSync): Rows => {
  const statements = new Map<string, StatementSync>();
  const statement = (text: string): StatementSync => {
    const known = statements.get(text) ?? db.prepare(text);
    statements.set(text, known);
    return known;
  };
  const one = db.prepare(`SELECT ${COLUMNS} FROM items WHERE pk = ? AND sk = ?`);
  const put = db.prepare(
    `INSERT INTO items (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET gsi1pk = excluded.gsi1pk,
     gsi1sk = excluded.gsi1sk, body = excluded.body, others = excluded.others`,
  );
  const gone = db.prepare("DELETE FROM items WHERE pk = ? AND sk = ?");
  const select = (partition: "pk" | "gsi1pk", order: "sk" | "gsi1sk", of: string, range: Range): Item[] => {
    const { tests, values } = range;
    const where = [`${partition} = ?`, ...tests.map((test) => `${order} ${test} ?`)].join(" AND ");
    const text = `SELECT ${COLUMNS} FROM items WHERE ${where} ORDER BY ${order} ${range.direction} LIMIT ?`;
    return statement(text)
      .all(of, ...values, range.limit)
      .map(itemOf);
  };
  return {
    get: ({ pk, sk }) => {
      const row = one.get(pk, sk);
      return row && itemOf(row);
    },
    put: (item) => {
      put.run(...valuesOf(item));
    },
    delete: ({ pk, sk }) => {
      gone.run(pk, sk);
    },
    query: (pk, query) => select("pk", "sk", pk, rangeOf(query)),
    // Only rows with both keys are in the index, which an empty lower end says, too.
    queryIndex: (gsi1pk, query) => {
      const { tests, values, ...range } = rangeOf(query);
      return select("gsi1pk", "gsi1sk", gsi1pk, { ...range, tests: [">", ...tests], values: ["", ...values] });
    },
  };
};

type Range = {
  readonly tests: readonly string[];
  readonly values: readonly string[];
  readonly direction: "ASC" | "DESC";
  /** -1 is none. */
  readonly limit: number;
};

const rangeOf = ({ prefix = "", after, limit = -1, descending = false }: Query): Range => {
  const ends: (readonly [test: string, value: string])[] = [];
  const end = behind(prefix);
  if (after === undefined || descending) ends.push([">=", prefix]);
  if (after !== undefined) ends.push([descending ? "<" : ">", after]);
  if (end !== undefined && (after === undefined || !descending)) ends.push(["<", end]);
  return {
    tests: ends.map(([test]) => test),
    values: ends.map(([, value]) => value),
    direction: descending ? "DESC" : "ASC",
    limit,
  };
};

const LAST = 0x10ffff;
const [FIRST_SURROGATE, BEHIND_SURROGATES] = [0xd800, 0xe000];

/** The first text behind all those that begin with the prefix, in the order of UTF-8; undefined where there is none. */
const behind = (prefix: string): string | undefined => {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === LAST) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  return String.fromCodePoint(...points, last + 1 === FIRST_SURROGATE ? BEHIND_SURROGATES : last + 1);
};

const valuesOf = ({ pk, sk, gsi1pk, gsi1sk, body, ...rest }: Item): SQLInputValue[] => {
  const others = typeof body === "string" || body === undefined ? rest : { ...rest, body };
  return [pk, sk, textOf(gsi1pk), textOf(gsi1sk), textOf(body), JSON.stringify(others)];
};

const textOf = (value: Scalar | undefined): string | null => (typeof value === "string" ? value : null);

const itemOf = (row: Record<string, SQLOutputValue>): Item => {
  const key = { pk: String(row.pk), sk: String(row.sk) };
  const item: Record<string, Scalar> = othersOf(key, row.others);
  for (const name of ["gsi1pk", "gsi1sk", "body"] as const) {
    const value = row[name];
    if (typeof value === "string") item[name] = value;
  }
  return { ...item, ...key };
};

const othersOf = (key: { pk: string; sk: string }, others: unknown): Record<string, Scalar> => {
  try {
    return JSON.parse(String(others));
  } catch (error) {
    throw new RecordDamaged(placeOf(key), error);
  }
};
