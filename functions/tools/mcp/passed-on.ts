import type { z } from "zod";
import {
  passedMessages,
  passedPrompt,
  passedReading,
  passedResource,
  passedTemplate,
} from "../../../shared/contracts/offer/passed-on.ts";
import { cutText } from "../../../shared/plan/cut-text.ts";
import type { Json } from "../../../shared/plan/json.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { schemaViolations } from "../../../shared/plan/schema-violations.ts";
import type {
  McpLimits,
  McpListing,
  McpNoAnswer,
  McpQuestion,
  McpTarget,
  NotPassed,
  PassedList,
  PassedOn,
} from "../../../shared/ports/mcp.ts";
import { targetOf } from "./target.ts";
import type { ReadingMcpWay } from "./way.ts";

/** Servers are asked side by side for a list, which their slowest holds up; a client gives up after 60 s at the latest. */
const LISTING_MS = 8_000;
/** A function has 29 s for its answer. */
const READING_MS = 20_000;
/** Nobody reads longer lists; each page of a client's asks for the whole again. */
const MOST_LISTED = 1_000;

/** Nobody reads more of what is wrong with one answer. */
const MOST_FAULTS = 5;

export type PassedOnTimes = { readonly listing_ms: number; readonly reading_ms: number };

/**
 * Prompts and resources as their servers give them: with every known secret masked, in the form that the protocol gives
 * them and without anything else, and of bounded size, time and number.
 */
export const passedOn = (
  way: Omit<ReadingMcpWay, "definitions">,
  times: PassedOnTimes = { listing_ms: LISTING_MS, reading_ms: READING_MS },
): PassedOn => {
  const { known, read } = way.out;

  const reached = async <Value>(
    server: string,
    timeout_ms: number,
    work: (target: McpTarget, limits: McpLimits) => Promise<Result<Value, McpNoAnswer>>,
  ): Promise<Result<Value, NotPassed>> => {
    const limits = { timeout_ms, signal: AbortSignal.timeout(timeout_ms) };
    const target = await targetOf(way, server, { family: "read", secrets: read }, limits);
    if (!target.ok) return refuse({ because: "unanswered", why: known.maskedText(target.refusal.why) });
    const made = await work(target.value, limits);
    return made.ok ? made : refuse(notPassed(made.refusal, known.maskedText));
  };

  const list = async <Item>(
    server: string,
    listing: McpListing,
    schema: z.ZodType<Item>,
    named: (item: Item) => string,
  ): Promise<Result<PassedList<Item>, NotPassed>> => {
    const listed = await reached(server, times.listing_ms, (target, limits) =>
      way.client.list(target, listing, limits),
    );
    if (!listed.ok) return listed;
    const items = new Map<string, Item>();
    for (const each of listed.value.slice(0, MOST_LISTED)) {
      const item = schema.safeParse(known.masked(each));
      if (item.success && !items.has(named(item.data))) items.set(named(item.data), item.data);
    }
    return accept({ items: [...items.values()], left_out: listed.value.length - items.size });
  };

  const ask = async <Answer>(
    server: string,
    question: McpQuestion,
    schema: z.ZodType<Answer>,
  ): Promise<Result<Answer, NotPassed>> => {
    const asked = await reached(server, times.reading_ms, (target, limits) => way.client.ask(target, question, limits));
    if (!asked.ok) return asked;
    const answer = schema.safeParse(known.masked(asked.value satisfies Json), { reportInput: true });
    if (answer.success) return accept(answer.data);
    const faults = schemaViolations(answer.error, schema).slice(0, MOST_FAULTS);
    const places = faults.map(({ path, message }) => `${path} ${message}`).join("; ");
    const why = known.maskedText(cutText(`it answered with something that is not passed on: ${places}`));
    return refuse({ because: "unfit", why });
  };

  return {
    prompts: (server) => list(server, "prompts", passedPrompt, ({ name }) => name),
    resources: (server) => list(server, "resources", passedResource, ({ uri }) => uri),
    templates: (server) => list(server, "templates", passedTemplate, ({ uriTemplate }) => uriTemplate),
    prompt: (server, name, args) => ask(server, { kind: "prompt", name, arguments: args }, passedMessages),
    resource: (server, uri) => ask(server, { kind: "resource", uri }, passedReading),
  };
};

/** Codes with which a server says that it knows no such thing, or not with such arguments. */
const UNKNOWN = [-32_602, -32_002];

const notPassed = ({ error, code }: McpNoAnswer, maskedText: (text: string) => string): NotPassed => {
  const because = code !== undefined && UNKNOWN.includes(code) ? "unknown" : "unanswered";
  return { because, why: maskedText(error) };
};
