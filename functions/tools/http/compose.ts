import type { Auth } from "../../../shared/contracts/binding/auth.ts";
import { fillAddress, readAddress } from "../../../shared/contracts/binding/http/address.ts";
import type { HttpBinding, HttpRequest } from "../../../shared/contracts/binding/http/http-binding.ts";
import { encodedForm, payloadOf } from "../../../shared/contracts/binding/http/payload.ts";
import type { Sources } from "../../../shared/contracts/binding/reference.ts";
import { fillTemplate } from "../../../shared/contracts/binding/template.ts";
import { secretInWords } from "../../../shared/contracts/bound/secrets-used.ts";
import type { Json } from "../../../shared/plan/json.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { OutgoingRequest } from "../../../shared/ports/http.ts";
import type { Secrets } from "../../../shared/ports/secrets.ts";
import { type Asking, isHeaderText, type NoToken } from "./tokens.ts";
import type { ReadingWayOut } from "./way-out.ts";

type Request = HttpRequest;

/** A request with its places filled in and its secrets still by name: what an approver sees. */
export type LiteralCall = {
  readonly method: string;
  readonly address: string;
  /** Names of the headers that are set for this request. */
  readonly headers: readonly string[];
  readonly body: Json | undefined;
  /** The body as it is sent. */
  readonly sent: string | undefined;
  readonly as: "body" | "form";
};

/** @returns the call as it would be made, or in words why it cannot be */
export const literalCall = (request: Request, sources: Sources): Result<LiteralCall, string> => {
  const address = readAddress(request.url);
  if (!address.ok) return refuse(`the address ${address.refusal}`);
  const filled = fillAddress(address.value, sources);
  if (!filled.ok) return filled;
  const { as, template } = payloadOf(request) ?? { as: "body" };
  const body = template === undefined ? accept(undefined) : fillTemplate(template, sources);
  if (!body.ok) return refuse(`the ${as} cannot be made: ${body.refusal}`);
  const sent = as === "form" ? encodedForm(body.value) : accept(jsonText(body.value));
  if (!sent.ok) return refuse(`the ${as} cannot be made: ${sent.refusal}`);
  const headers = [
    ...(sent.value === undefined ? [] : ["content-type"]),
    ...Object.keys(headersOf(request, sent.value)),
    ...(request.auth === undefined ? [] : [authHeader(request.auth)]),
    ...(request.idempotency_header === undefined ? [] : [request.idempotency_header]),
  ];
  const names = [...new Set(headers.map((name) => name.toLowerCase()))].sort();
  const { method } = request;
  return accept({ method, address: filled.value, headers: names, body: body.value, sent: sent.value, as });
};

/** The type of a body goes with it: where this call has none, there is nothing that it would be the type of. */
const headersOf = (request: Request, sent: string | undefined): Request["headers"] =>
  sent !== undefined || payloadOf(request) === undefined
    ? request.headers
    : Object.fromEntries(Object.entries(request.headers).filter(([name]) => name.toLowerCase() !== "content-type"));

const jsonText = (body: Json | undefined): string | undefined =>
  body === undefined ? undefined : JSON.stringify(body);

/** `PUT https://crm.example.com/contacts/c1 with authorization, content-type and {"stage":"won"}` */
export const callInWords = ({ method, address, headers, sent, as }: LiteralCall): string => {
  const parts = [headers.join(", "), as === "form" ? formInWords(sent) : (sent ?? "")].filter((part) => part !== "");
  return `${method} ${address}${parts.length === 0 ? "" : ` with ${parts.join(" and ")}`}`;
};

const formInWords = (sent: string | undefined): string => {
  if (sent === undefined) return "";
  return sent === "" ? "an empty form" : `the form ${sent}`;
};

const authHeader = (auth: Auth): string => (auth.as === "header" ? auth.header : "authorization");

/**
 * Values that a request is composed with: the family of secrets it may use, and the limits of what it may have to ask
 * for.
 */
export type Composing = {
  readonly out: ReadingWayOut;
  readonly secrets: Secrets;
  readonly hosts: HttpBinding["hosts"];
  readonly limits: Omit<Asking, "hosts">;
};

/** Why there is no request; `unmakeable`: the call's own values allow none, whatever secrets and tokens there are. */
type NotComposed = NoToken & { readonly unmakeable?: true };

/** @returns the request as it is sent, secrets and all, or why there is none: then nothing was sent */
export const composed = async (
  request: Request,
  sources: Sources,
  composing: Composing,
): Promise<Result<OutgoingRequest, NotComposed>> => {
  const literal = literalCall(request, sources);
  if (!literal.ok) return refuse({ why: literal.refusal, unmakeable: true });
  const { method, address: url, sent, as } = literal.value;
  const own = await ownHeaders({ headers: headersOf(request, sent) }, composing);
  if (!own.ok) return own;
  const auth = request.auth === undefined ? accept({}) : await authHeaders(request.auth, composing);
  if (!auth.ok) return auth;
  const key = request.idempotency_header;
  const headers = {
    ...(sent === undefined ? {} : { "content-type": CONTENT_TYPES[as] }),
    ...own.value,
    ...auth.value,
    ...(key === undefined || sources.$key === undefined ? {} : { [key.toLowerCase()]: sources.$key }),
  };
  const { hosts } = composing;
  return accept({ method, url, headers, hosts, ...(sent === undefined ? {} : { body: sent }) });
};

const CONTENT_TYPES = { body: "application/json", form: "application/x-www-form-urlencoded" } as const;

type Headers = { readonly [name: string]: string };

const unsendable = (secret: string, header: string): string =>
  `secret ${secret} cannot be sent in header ${header}: it is not printable ASCII in one line; keep it anew as such a text`;

/**
 * The refusal of a request for which a secret is not there, or is none that can be sent. An operator puts that right, and
 * nobody could know before, since what is previewed may not use a secret for writing: a call that acts is put off.
 */
export const heldUp = ({ family }: Secrets, why: string): NoToken =>
  family === "write" ? { why, again_in_seconds: 0 } : { why };

/** Headers that a request sets itself, by name or secret. */
export const ownHeaders = async (
  { headers }: Pick<Request, "headers">,
  { out, secrets }: Composing,
): Promise<Result<Headers, NoToken>> => {
  const made: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    const text = typeof value === "string" ? accept(value) : await out.known.ask(secrets, value.secret);
    if (!text.ok) return refuse(heldUp(secrets, text.refusal));
    if (typeof value !== "string" && !isHeaderText(text.value))
      return refuse(heldUp(secrets, unsendable(secretInWords({ family: secrets.family, name: value.secret }), name)));
    made.push([name.toLowerCase(), text.value]);
  }
  return accept(Object.fromEntries(made));
};

/** Headers that show who sends a request; an access token is asked for where one is needed. */
export const authHeaders = async (
  auth: Auth,
  { out, secrets, hosts, limits }: Composing,
): Promise<Result<Headers, NoToken>> => {
  const secret = await out.known.ask(secrets, auth.secret);
  if (!secret.ok) return refuse(heldUp(secrets, secret.refusal));
  const text = secret.value;
  if (!isHeaderText(text)) {
    const name = secretInWords({ family: secrets.family, name: auth.secret });
    return refuse(heldUp(secrets, unsendable(name, authHeader(auth))));
  }
  switch (auth.as) {
    case "bearer":
      return accept({ authorization: `Bearer ${text}` });
    case "basic": {
      const credentials = Buffer.from(auth.username === undefined ? text : `${auth.username}:${text}`).toString(
        "base64",
      );
      out.known.remember(credentials);
      // A pair that is kept as one secret may be said back by its second half alone.
      if (auth.username === undefined) out.known.remember(text.slice(text.indexOf(":") + 1));
      return accept({ authorization: `Basic ${credentials}` });
    }
    case "header":
      return accept({ [auth.header.toLowerCase()]: text });
    case "client_credentials": {
      const { token_url, client_id, scope } = auth;
      const credentials = { token_url, client_id, client_secret: text, ...(scope === undefined ? {} : { scope }) };
      const token = await out.tokens.get(out.client, credentials, { hosts, ...limits });
      if (!token.ok) return token;
      out.known.remember(token.value, () => out.tokens.holds(token.value));
      return accept({ authorization: `Bearer ${token.value}` });
    }
  }
};
