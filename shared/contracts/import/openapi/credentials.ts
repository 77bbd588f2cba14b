import { isJsonObject, type Json, type JsonObject } from "../../../plan/json.ts";
import { pointerTo } from "../../../plan/json-pointer.ts";
import { accept, type Result, refuse } from "../../../plan/result.ts";
import { quoted } from "../../../plan/suggestion.ts";
import { headerName } from "../../binding/auth.ts";
import { headerFaults } from "../../binding/header-rules.ts";
import type { Inference } from "../proposal-file.ts";
import { type OpenApiDocument, type Operation, resolved } from "./document.ts";

/** How the requests of an operation show who sends them. */
export type Authorised = {
  readonly auth?: JsonObject;
  /** Credentials beside the one of `auth`, by the headers that carry them. */
  readonly headers: JsonObject;
  readonly inferred: readonly Inference[];
  readonly warnings: readonly string[];
};

/** One credential that a request carries, and the first security scheme that asks for it. */
type Credential = {
  readonly scheme: string;
  readonly as: "bearer" | "basic" | "header";
  readonly header: string;
  readonly warnings: readonly string[];
};

/** The credentials an operation is sent with. `ways`: those that the document has for it, undefined where it says nothing of any. */
type Choice = {
  readonly credentials: readonly Credential[];
  readonly ways: readonly Json[] | undefined;
  readonly refused: readonly string[];
};

/** Two that stand in one header in one form are one credential: flows of OAuth 2 all give a token of one kind. */
const placeOf = ({ as, header }: Credential): string => `${as} ${header.toLowerCase()}`;

const AUTHORIZATION = "Authorization";

const REMEDY =
  "where the service takes a credential in a header as well, describe that in its securitySchemes; a worker of yours can send any other (docs/workers.md)";

/**
 * The credentials of a document's operations, as secrets by their names. Where the whole document is sent with one, that is
 * `secret`; of several each has a name of its own, which begins so and ends as its security scheme is called, and is the
 * same in every operation.
 */
export class Credentials {
  readonly #document: OpenApiDocument;
  readonly #naming: { readonly secret: string; readonly isAsked: boolean };
  readonly #names = new Map<string, string>();

  /** `isAsked`: the reviewer gave the secret's name, and is told where nothing is sent with it. */
  constructor(document: OpenApiDocument, naming: { readonly secret: string; readonly isAsked: boolean }) {
    this.#document = document;
    this.#naming = naming;
    const all = document.operations.flatMap((operation) => {
      const choice = chosenOf(document, operation);
      return choice.ok ? choice.value.credentials : [];
    });
    const different = new Map(all.toReversed().map((each) => [placeOf(each), each]));
    for (const [place, { scheme }] of [...different].toReversed()) {
      this.#names.set(place, different.size === 1 ? naming.secret : this.#freeName(scheme));
    }
  }

  #freeName(scheme: string): string {
    const made = `${this.#naming.secret}-${scheme.replaceAll(/[^A-Za-z0-9_.-]+/g, "-")}`.slice(0, 120);
    const taken = new Set(this.#names.values());
    let free = made;
    for (let number = 2; taken.has(free); number += 1) free = `${made}-${number}`;
    return free;
  }

  /** How an operation's requests show who sends them: the first way the document names that a binding has. */
  of(operation: Operation): Result<Authorised, string> {
    const choice = chosenOf(this.#document, operation);
    if (!choice.ok) return choice;
    const { credentials, ways } = choice.value;
    const [first, ...others] = inOrder(credentials);
    if (first === undefined) return accept({ headers: {}, inferred: [], warnings: this.#without(choice.value) });
    const { as, header } = first;
    const isFree = ways?.some(isEmpty) === true;
    return accept({
      auth: { as, ...(as === "header" ? { header } : {}), secret: this.#secretOf(first) },
      headers: Object.fromEntries(others.map((each) => [each.header, { secret: this.#secretOf(each) }])),
      inferred: [inferredFrom("auth", first), ...others.map((each) => inferredFrom(`headers/${each.header}`, each))],
      warnings: [
        ...credentials.flatMap(({ warnings }) => warnings),
        ...(isFree
          ? ["the document lets it be sent without credentials as well: leave auth out where you have none"]
          : []),
      ],
    });
  }

  #secretOf(credential: Credential): string {
    return this.#names.get(placeOf(credential)) ?? this.#naming.secret;
  }

  #without({ ways, refused }: Choice): string[] {
    const { secret, isAsked } = this.#naming;
    if (ways !== undefined && refused.length === 0 && !isAsked) return [];
    const why =
      ways === undefined
        ? "the document says nothing of any for it"
        : refused.length === 0
          ? "the document says that it takes none"
          : `bindings cannot send those that it takes: ${refused.join("; ")}`;
    const remedy = `where the service asks for one, describe it in the document (security, securitySchemes) and import that, or write it into the binding's call, such as "auth": {"as": "bearer", "secret": ${JSON.stringify(secret)}}`;
    return [
      `it is sent without credentials${isAsked ? `, and --secret ${secret} is not used` : ""}: ${why}; ${remedy}`,
    ];
  }
}

const inferredFrom = (field: string, { scheme }: Credential): Inference => ({
  field: `/binding/call/${field}`,
  from: `security scheme ${quoted(scheme)}`,
});

/** The one that only `auth` can write goes before the others, which are headers. */
const inOrder = (credentials: readonly Credential[]): readonly Credential[] => [
  ...credentials.filter(isOfAuth),
  ...credentials.filter((each) => !isOfAuth(each)),
];

const isOfAuth = ({ as, header }: Credential): boolean =>
  as !== "header" || headerFaults("", { headers: { [header]: "" } }).length > 0;

const isEmpty = (way: Json): boolean => !isJsonObject(way) || Object.keys(way).length === 0;

/** The first way of those that a document has for an operation by which a binding can send it; none of them, if need be. */
const chosenOf = ({ root }: OpenApiDocument, { at, operation }: Operation): Result<Choice, string> => {
  const isOwn = Array.isArray(operation.security);
  const ways = isOwn ? operation.security : root.security;
  if (!Array.isArray(ways)) return accept({ credentials: [], ways: undefined, refused: [] });
  const refused: string[] = [];
  for (const [index, way] of ways.entries()) {
    if (!isJsonObject(way) || isEmpty(way)) continue;
    const credentials = credentialsOf(root, Object.keys(way));
    if (credentials.ok) return accept({ credentials: credentials.value, ways, refused: [] });
    refused.push(`at ${isOwn ? at : ""}/security/${index}, ${credentials.refusal}`);
  }
  return refused.length === 0 || ways.some(isEmpty)
    ? accept({ credentials: [], ways, refused })
    : refuse(`it asks for credentials that bindings cannot send: ${refused.join("; ")}; ${REMEDY}`);
};

/** The credentials of schemes that are asked for at once, where one request of a contract may carry them all. */
const credentialsOf = (root: JsonObject, names: readonly string[]): Result<readonly Credential[], string> => {
  const components = isJsonObject(root.components) ? root.components : {};
  const schemes = isJsonObject(components.securitySchemes) ? components.securitySchemes : {};
  const read = names.map((name) => {
    const scheme = resolved(root, Object.hasOwn(schemes, name) ? schemes[name] : undefined);
    return credentialOf(name, scheme.ok && isJsonObject(scheme.value) ? scheme.value : {});
  });
  const atOnce = names.length === 1 ? "" : `${names.join(" and ")} at once, and `;
  const whys = read.flatMap((each) => (each.ok ? [] : [each.refusal]));
  if (whys.length > 0) return refuse(`${atOnce}${whys.join(", ")}`);
  const all = read.flatMap((each) => (each.ok ? [each.value] : []));
  const different = [...new Map(all.toReversed().map((each) => [placeOf(each), each])).values()].toReversed();
  const headers = different.map(({ header }) => header.toLowerCase());
  const twice = different.filter(({ header }) => headers.filter((each) => each === header.toLowerCase()).length > 1);
  if (twice.length > 0) return refuse(`${atOnce}${inWords(twice)} are in one header`);
  const ofAuth = different.filter(isOfAuth);
  return ofAuth.length > 1
    ? refuse(`${atOnce}${inWords(ofAuth)} are each for auth to write, which writes one`)
    : accept(different);
};

const inWords = (credentials: readonly Credential[]): string =>
  credentials.map(({ scheme }) => quoted(scheme)).join(" and ");

const credentialOf = (scheme: string, described: JsonObject): Result<Credential, string> => {
  const by = (as: Credential["as"], { header = AUTHORIZATION, warning = "" } = {}) =>
    accept({ scheme, as, header, warnings: warning === "" ? [] : [`security scheme ${quoted(scheme)} ${warning}`] });
  switch (described.type) {
    case "http": {
      const way = String(described.scheme).toLowerCase();
      return way === "basic" || way === "bearer"
        ? by(way)
        : refuse(`${quoted(scheme)} is HTTP ${String(described.scheme)}`);
    }
    case "oauth2":
    case "openIdConnect":
      return by("bearer", { warning: "is OAuth 2: a token is sent as it is kept; client_credentials would fetch one" });
    case "apiKey": {
      const { name: header } = described;
      if (described.in !== "header") return refuse(`${quoted(scheme)} is a key in the ${String(described.in)}`);
      if (typeof header !== "string") return refuse(`${quoted(scheme)} is a key in a header without a name`);
      if (/^authorization$/i.test(header)) {
        return by("bearer", { warning: "writes Authorization itself: bearer was assumed" });
      }
      const why = whyNoCredential(header);
      return why === undefined
        ? by("header", { header })
        : refuse(
            `${quoted(scheme)} is a key in a header (${pointerTo("/components/securitySchemes", scheme)}/name): ${why}`,
          );
    }
    default:
      return refuse(`${quoted(scheme)} is ${described.type === undefined ? "not described" : String(described.type)}`);
  }
};

/** Why a contract takes no credential in a header, whatever else its request carries; undefined where it takes one. */
const whyNoCredential = (header: string): string | undefined => {
  if (!headerName.safeParse(header).success) return `${quoted(header)} is no name of an HTTP header`;
  const [fault] = headerFaults("", { headers: {}, auth: { as: "header", header, secret: "any" } });
  return fault?.message;
};
