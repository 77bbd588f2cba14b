import { canonicalJson } from "../../../plan/digest.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../plan/json.ts";
import { accept, type Result, refuse } from "../../../plan/result.ts";
import { quoted } from "../../../plan/suggestion.ts";
import type { Inference } from "../proposal-file.ts";
import { type OpenApiDocument, type Operation, resolved } from "./document.ts";

/** The values that the reviewer names instead of what the document has. */
export type Naming = { readonly server?: string; readonly secret: string };

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
  { server }: Pick<Naming, "server">,
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

export type Authorised = {
  readonly auth?: JsonObject;
  readonly inferred: readonly Inference[];
  readonly warnings: readonly string[];
};

/** How an operation's requests show who sends them: the first way the document names that a binding has. */
export const authOf = (
  { root }: OpenApiDocument,
  { operation }: Operation,
  { secret }: Pick<Naming, "secret">,
): Result<Authorised, string> => {
  const ways = Array.isArray(operation.security)
    ? operation.security
    : Array.isArray(root.security)
      ? root.security
      : [];
  const none = { inferred: [], warnings: [] };
  if (ways.length === 0) return accept(none);
  const components = isJsonObject(root.components) ? root.components : {};
  const schemes = isJsonObject(components.securitySchemes) ? components.securitySchemes : {};
  const whys: string[] = [];
  for (const way of ways) {
    const names = isJsonObject(way) ? Object.keys(way) : [];
    if (names.length === 0) return accept(none);
    const read = oneOf(
      names.map((name) => {
        const scheme = resolved(root, Object.hasOwn(schemes, name) ? schemes[name] : undefined);
        return schemeOf(name, scheme.ok && isJsonObject(scheme.value) ? scheme.value : {}, secret);
      }),
    );
    if (read.ok) return read;
    whys.push(names.length === 1 ? read.refusal : `${names.join(" and ")} at once`);
  }
  return refuse(`it asks for credentials that bindings cannot send: ${whys.join("; ")}`);
};

/** Several that are sent in one place and one way are one credential: flows of OAuth 2 all give a token of one kind. */
const oneOf = (all: readonly Result<Authorised, string>[]): Result<Authorised, string> => {
  const different = new Map(all.map((each) => [each.ok ? canonicalJson(each.value.auth ?? null) : each.refusal, each]));
  const [one, ...more] = different.values();
  return one !== undefined && more.length === 0 ? one : refuse("several");
};

const schemeOf = (name: string, scheme: JsonObject, secret: string): Result<Authorised, string> => {
  const by = (auth: JsonObject, warnings: string[] = []) =>
    accept({ auth, inferred: [{ field: "/binding/call/auth", from: `security scheme ${quoted(name)}` }], warnings });
  switch (scheme.type) {
    case "http":
      if (String(scheme.scheme).toLowerCase() === "basic") return by({ as: "basic", secret });
      if (String(scheme.scheme).toLowerCase() === "bearer") return by({ as: "bearer", secret });
      return refuse(`${quoted(name)} is HTTP ${String(scheme.scheme)}`);
    case "oauth2":
    case "openIdConnect":
      return by({ as: "bearer", secret }, [
        `security scheme ${quoted(name)} is OAuth 2: a token is sent as it is kept; client_credentials would fetch one`,
      ]);
    case "apiKey":
      if (scheme.in === "header" && typeof scheme.name === "string") {
        return /^authorization$/i.test(scheme.name)
          ? by({ as: "bearer", secret }, [
              `security scheme ${quoted(name)} writes Authorization itself: bearer was assumed`,
            ])
          : by({ as: "header", header: scheme.name, secret });
      }
      return refuse(`${quoted(name)} is a key in the ${String(scheme.in)}`);
    default:
      return refuse(`${quoted(name)} is ${scheme.type === undefined ? "not described" : String(scheme.type)}`);
  }
};
