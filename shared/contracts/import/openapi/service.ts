import { isJsonObject, type Json } from "../../../plan/json.ts";
import { accept, type Result, refuse } from "../../../plan/result.ts";
import { quoted } from "../../../plan/suggestion.ts";
import type { OpenApiDocument, Operation } from "./document.ts";

export type Server = {
  readonly origin: string;
  readonly path: string;
  readonly host: string;
  readonly from: string;
  readonly warnings: readonly string[];
};

/**
 * Where an operation's requests go: the nearest list of servers, and the first of it. One that the reviewer names stands
 * in place of the document's, and not of one that an operation or a path has for itself. A server of the document that
 * is a path alone is looked for at the one named, unless that has a path of its own.
 */
export const serverOf = (
  { root }: OpenApiDocument,
  { operation, item }: Operation,
  server: string | undefined,
): Result<Server, string> => {
  const [own] = firstOf(operation.servers, item.servers);
  const [first] = firstOf(own === undefined ? root.servers : [own]);
  const written = isJsonObject(first) && typeof first.url === "string" ? first.url : "";
  const said = withVariables(written, isJsonObject(first) ? first.variables : undefined);
  const url = atServer(said, { named: server, isOwn: own !== undefined });
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    return refuse(
      url === "" || url.startsWith("/")
        ? `the document names no server${url === "" ? "" : ` but ${quoted(url)}`}: say which with --server https://...`
        : `its server ${quoted(url)} is no address: say which with --server https://...`,
    );
  }
  const [open] = /\{[^{}]*\}/.exec(url) ?? [];
  if (open !== undefined) {
    return refuse(`its server ${quoted(url)} has no default for ${open}: say which with --server https://...`);
  }
  const { origin, pathname, host, search } = new URL(url);
  if (search !== "") return refuse(`its server ${quoted(url)} has a query; name one without by --server`);
  const from = server === undefined || url === said ? `the document's server ${url}` : `--server ${url}`;
  const warnings =
    server !== undefined && own !== undefined && url === said
      ? [`--server is not for it: the document has a server of its own for it, ${url}`]
      : [];
  return accept({ origin, path: pathname.replace(/\/$/, ""), host, from, warnings });
};

const firstOf = (...lists: readonly (Json | undefined)[]): Json[] =>
  lists.flatMap((list) => (Array.isArray(list) ? list.slice(0, 1) : []));

const isAbsolute = (url: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(url);

const atServer = (said: string, { named, isOwn }: { named: string | undefined; isOwn: boolean }): string => {
  if (named === undefined || (isOwn && isAbsolute(said))) return said;
  const isWhole = !URL.canParse(named) || new URL(named).pathname !== "/";
  return isAbsolute(said) || said === "" || isWhole || !URL.canParse(said, named) ? named : new URL(said, named).href;
};

const withVariables = (url: string, variables: unknown): string =>
  url.replaceAll(/\{([^{}]*)\}/g, (place, name: string) => {
    const variable = isJsonObject(variables) && Object.hasOwn(variables, name) ? variables[name] : undefined;
    const usual = isJsonObject(variable) ? variable.default : undefined;
    // Without quotes, a port is a number in YAML.
    return typeof usual === "string" || typeof usual === "number" ? String(usual) : place;
  });
