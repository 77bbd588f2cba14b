import type { Api } from "./api.ts";

/** The words that a command's usage has for a request or an execution, and the console's pages of them. */
const PAGES: ReadonlyMap<string, string> = new Map([
  ["request", "requests"],
  ["requests", "requests"],
  ["execution", "executions"],
]);

/** The console's page, and the name of what it shows: answers of the API and messages give its address. */
const PAGE = /^https?:\/\/[^?#]*\/console\/([a-z]+)\/([^/?#]+)/u;

/** A link from a message, whose last part is known to the server alone. */
const LINK = /^https:\/\/.*[/=]([\w-]+)$/u;

const nameOf = async (api: Api, pages: string, given: string): Promise<string> => {
  const [, page, id] = PAGE.exec(given) ?? [];
  if (page !== undefined && id !== undefined) return page === pages ? (decoded(id) ?? given) : given;
  const link = pages === "requests" ? LINK.exec(given)?.[1] : undefined;
  return link === undefined ? given : (await api.approvalBehind(link)).value.approval_id;
};

/** Undefined for a text that is no encoded name: the address is then asked for as it stands. */
const decoded = (id: string): string | undefined => {
  try {
    return decodeURIComponent(id);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
};

/** A command's arguments, with the name in place of an address of it: one place for every command that takes a request or an execution. */
export const namedByAddress = async (api: Api, usage: string, given: readonly unknown[]): Promise<unknown[]> => {
  const pages = PAGES.get(/[<[]([\w-]+)/u.exec(usage)?.[1] ?? "");
  const [first, ...others] = given;
  if (pages === undefined || first === undefined) return [...given];
  const each = async (name: unknown): Promise<unknown> => (typeof name === "string" ? nameOf(api, pages, name) : name);
  return [Array.isArray(first) ? await Promise.all(first.map(each)) : await each(first), ...others];
};
