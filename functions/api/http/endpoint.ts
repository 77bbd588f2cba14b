import { z } from "zod";
import type { AnswerHeaders, RequestHeader } from "../../../shared/api-headers.ts";
import { json } from "../../../shared/plan/json.ts";
import { jsonFaults } from "../../../shared/plan/json-faults.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { listViolations } from "../../../shared/plan/violation.ts";
import { formOfAnswer } from "../schemas/answers.ts";
import type { Problem } from "../schemas.ts";
import type { ReadBody } from "./body.ts";
import type { Caller, Required } from "./caller.ts";
import { MAX_SMALL_BODY_BYTES } from "./limits.ts";
import { placeIn, sealedMark } from "./page-mark.ts";
import { invalidInput } from "./problems.ts";
import { parsed } from "./read-as.ts";

/** Functions are told apart by what they may do, rather than by path. */
export type Group = "read" | "submit" | "call" | "act" | "administer" | "try" | "work" | "mcp";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** A request after its caller was identified and its body parsed, before anything of it was checked. */
export type RawRequest = {
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: ReadBody | undefined;
  readonly header: (name: RequestHeader) => string | undefined;
  readonly correlation_id: string;
  /** Where the request was sent to: scheme and host, without a slash at the end. */
  readonly origin: string;
  /** Aborted when whoever asks has gone. */
  readonly signal: AbortSignal;
  /** As it came; its body is unread where the route reads it itself. */
  readonly raw: Request;
};

export type Answer = {
  readonly status: 200 | 201 | 202 | 206;
  readonly content_type: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
  readonly headers: AnswerHeaders;
};

type Described = {
  readonly group: Group;
  readonly method: Method;
  /** With places in braces: `/executions/{id}`. */
  readonly path: `/${string}`;
  readonly scopes: Required;
  readonly summary: string;
  readonly description?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** One route, as the router mounts it and as the document describes it. */
export type Endpoint = Described & {
  readonly schemas: {
    readonly params: z.ZodType;
    readonly query: z.ZodType;
    readonly body: z.ZodType | undefined;
    readonly reply: z.ZodType | undefined;
  };
  readonly statuses: readonly number[];
  readonly maxBytes: number;
  /** Its body is an answer (`answers.ts`). */
  readonly takesAnswers: boolean;
  /** A response is sent as it is: that of a protocol of its own. */
  readonly answer: (request: RawRequest) => Promise<Result<Answer | Response, Problem>>;
};

type Spec<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Reply extends z.ZodType,
> = Described & {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Shown in the document where `body` is checked by the use case, which knows better what is wrong. */
  readonly documentedBody?: z.ZodType;
  readonly reply: Reply;
  readonly statuses?: readonly number[];
  readonly maxBytes?: number;
};

export type Input<Params, Query, Body> = {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The body as it was sent; empty where there is none. */
  readonly text: string;
  readonly caller: Caller;
  readonly header: (name: RequestHeader) => string | undefined;
  readonly correlation_id: string;
  readonly origin: string;
  readonly signal: AbortSignal;
  /** Asked by HEAD: the answer leaves without its body. */
  readonly bodiless: boolean;
};

/** The answer of a use case: refusals are values. */
export type Reply<Body> = Result<
  { readonly status?: Answer["status"]; readonly body: Body; readonly headers?: AnswerHeaders },
  Problem
>;

/** No parameters in the path, none in the query, no body; a spec says what it has beside these. */
export const none = { params: z.strictObject({}), query: z.strictObject({}), body: z.undefined() };

/** Parses the request, calls `handle`, and makes JSON of what it answers. */
export const endpoint = <
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Replied extends z.ZodType,
>(
  spec: Spec<Params, Query, Body, Replied>,
  handle: (input: Input<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<Reply<z.input<Replied>>>,
): Endpoint => ({
  ...describe(spec),
  schemas: {
    params: spec.params,
    query: spec.query,
    body:
      spec.documentedBody ?? formOfAnswer(spec.body) ?? (spec.body instanceof z.ZodUndefined ? undefined : spec.body),
    reply: spec.reply,
  },
  statuses: spec.statuses ?? [200],
  maxBytes: spec.maxBytes ?? MAX_SMALL_BODY_BYTES,
  takesAnswers: formOfAnswer(spec.body) !== undefined,
  answer: async (request) => {
    const input = check(spec, request);
    if (!input.ok) return input;
    const marks = marksOf(spec, input.value);
    const reply = await handle({ ...input.value, query: marks.read });
    if (!reply.ok) return reply;
    const { status = 200, body, headers = {} } = reply.value;
    const content = JSON.stringify(marks.written(body));
    return accept({ status, content_type: "application/json", content, headers });
  },
});

/** Of a query, those that say how much of a listing is told at a time, and not of what. */
const HOW_MUCH = ["limit", "steps_limit", "next"];

/** Every `next` of a listing is sealed to it here, so that no listing can forget to. @throws InvalidPageToken */
const marksOf = <Query>({ path }: Described, { params, query }: Input<unknown, Query, unknown>) => {
  const asked: Readonly<Record<string, unknown>> = Object(query);
  const about = Object.entries(asked).filter(([name, value]) => !HOW_MUCH.includes(name) && value !== undefined);
  const listing = json.parse([path, params, Object.fromEntries(about)]);
  const read = typeof asked.next === "string" ? { ...query, next: placeIn(listing, asked.next) } : query;
  return {
    read,
    written: <Body>(body: Body): Body => {
      const { next }: { next?: unknown } = Object(body);
      return typeof next === "string" ? { ...body, next: sealedMark(listing, next) } : body;
    },
  };
};

/** A route whose answer is not JSON of one shape: a file. */
export const fileEndpoint = <Params extends z.ZodType>(
  spec: Described & { readonly params: Params; readonly statuses: readonly number[] },
  handle: (input: Input<z.output<Params>, unknown, undefined>) => Promise<Result<Answer, Problem>>,
): Endpoint => ({
  ...describe(spec),
  schemas: { params: spec.params, query: none.query, body: undefined, reply: undefined },
  statuses: spec.statuses,
  maxBytes: MAX_SMALL_BODY_BYTES,
  takesAnswers: false,
  answer: async (request) => {
    const input = check({ ...none, params: spec.params }, request);
    return input.ok ? handle(input.value) : input;
  },
});

/** A route that speaks a protocol of its own: it reads the body itself, and answers with a response. */
export const protocolEndpoint = (
  spec: Described & { readonly statuses: readonly number[]; readonly maxBytes: number },
  answer: (request: RawRequest) => Promise<Response>,
): Endpoint => ({
  ...describe(spec),
  schemas: { ...NO_SCHEMAS, body: undefined, reply: undefined },
  statuses: spec.statuses,
  maxBytes: spec.maxBytes,
  takesAnswers: false,
  answer: async (request) => accept(await answer(request)),
});

const NO_SCHEMAS = { params: none.params, query: none.query };

const describe = ({ group, method, path, scopes, summary, description, headers }: Described): Described => ({
  group,
  method,
  path,
  scopes,
  summary,
  ...(description === undefined ? {} : { description }),
  ...(headers === undefined ? {} : { headers }),
});

const check = <Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  spec: { readonly params: Params; readonly query: Query; readonly body: Body; readonly documentedBody?: z.ZodType },
  request: RawRequest,
): Result<Input<z.output<Params>, z.output<Query>, z.output<Body>>, Problem> => {
  const faults = jsonFaults(formOfAnswer(spec.body) !== undefined ? null : (request.body?.value ?? null));
  const checkedLater = spec.documentedBody !== undefined && faults.walkable;
  if (faults.violations.length > 0 && !checkedLater) return refuse(invalidInput(listViolations(faults.violations)));
  const params = parsed(spec.params, request.params, "/path");
  const query = parsed(spec.query, request.query, "/query");
  const body = parsed(spec.body, request.body?.value, "");
  if (params.ok && query.ok && body.ok) {
    const { caller, header, correlation_id, origin, signal } = request;
    const text = request.body?.text ?? "";
    const read = { params: params.value, query: query.value, body: body.value, text };
    const bodiless = request.raw.method === "HEAD";
    return accept({ ...read, caller, header, correlation_id, origin, signal, bodiless });
  }
  const violations = [params, query, body].flatMap((part) => (part.ok ? [] : part.refusal));
  return refuse(invalidInput(listViolations(violations)));
};
