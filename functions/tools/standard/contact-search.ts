import type { JsonObject } from "../../../shared/plan/json.ts";
import { countOr, textOr } from "../arguments.ts";
import type { ReadingTool } from "../kinds/sandbox-tool.ts";
import { bestMatches, singleBest } from "./best-matches.ts";

const LIMIT = 10;

/**
 * A search for people in one system by words, by mail address, or both; with neither, everybody. `contact_id` is there
 * only when one contact matches better than all others, so that a `$from` of it finds the right record or nothing.
 */
export const contactSearch = (collection: string, system: string, id_prefix: string): ReadingTool => ({
  kind: "read",
  mock: (args, seed) => {
    const contact_id = seed.id(id_prefix);
    const contact = { contact_id, ...seed.person("contact") };
    return { ...askedFor(args), total: 1, contacts: [contact], contact_id };
  },
  read: async ({ arguments: args }, reader) => {
    const everybody = (await reader.list(collection)).map(({ value }) => value);
    const { query, email } = askedFor(args);
    const withAddress = email === undefined ? everybody : everybody.filter((contact) => hasAddress(contact, email));
    const matches =
      query === undefined ? withAddress.map((value) => ({ value, score: 1 })) : bestMatches(query, withAddress, 2);
    const best = singleBest(matches);
    return {
      ...askedFor(args),
      total: matches.length,
      contacts: matches.slice(0, countOr(args, "limit", LIMIT)).map(({ value }) => value),
      ...(best?.contact_id === undefined ? {} : { contact_id: best.contact_id }),
    };
  },
  summary: (output, { arguments: args }) =>
    `${output.total} contact(s) in ${system} match ${JSON.stringify(askedFor(args))}`,
});

const askedFor = (args: JsonObject): { query?: string; email?: string } => {
  const [query, email] = [textOr(args, "query", "").trim(), textOr(args, "email", "").trim()];
  return { ...(query === "" ? {} : { query }), ...(email === "" ? {} : { email }) };
};

/** Mail addresses differ in case only on paper. */
export const hasAddress = (contact: JsonObject, email: string): boolean =>
  textOr(contact, "email", "").toLowerCase() === email.toLowerCase();
