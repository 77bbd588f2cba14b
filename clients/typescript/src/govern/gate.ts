import { createHash, randomUUID } from "node:crypto";
import type { Json } from "../api.ts";
import { BuddyRefusal, NoToken } from "../errors.ts";
import type { Arguments } from "../worker/tool.ts";
import { type AgentTool, fitting } from "./fitting.ts";
import { OpenCalls } from "./open-calls.ts";
import type { GovernOptions, Proposed } from "./options.ts";
import {
  type CallRefused,
  isForTheProgram,
  mayHaveBeenTaken,
  notAnswered,
  notReadable,
  refusedBy,
  type Settled,
  settledAs,
} from "./settled.ts";

/**
 * `arguments`: as the framework hands them over; undefined where it could not read them. `id`: its name for the call, where
 * it has one.
 */
export type Propose = (
  call: { readonly tool: string; readonly arguments: unknown },
  beside: { readonly id?: string | undefined; readonly signal?: AbortSignal | undefined },
) => Promise<Settled>;

/**
 * The one way to an agent's tools: every call is Buddy's, and their code runs in this process when Buddy says so.
 * @throws ToolsNotGoverned where not every tool has a contract that its code fits
 */
export const gate = async (tools: readonly AgentTool[], options: GovernOptions): Promise<Propose> => {
  const { buddy, onProblem = (error) => process.emitWarning(error) } = options;
  const fits = await fitting(
    buddy,
    tools.map((each) => withBeside(each, options)),
  );
  const workers = buddy.serving.serve(fits);
  const reads = new Set(fits.flatMap(({ name, tool }) => (tool.reads === true ? [name] : [])));
  /** A model that was told never to make a call again is told the same again, and nobody else is asked. */
  const never = new Map<string, CallRefused>();
  /** The same again is one of those. Told as they were last known where nobody can be asked, as with a token that is over. */
  const openCalls = new OpenCalls(buddy.calls.wasToldEnd);

  const propose: Propose = async ({ tool, arguments: given }, beside) => {
    const { id, signal } = beside;
    const args = argumentsIn(given);
    if (args === undefined) return notReadable();
    const call = { tool, arguments: args };
    const same = digest([call.tool, call.arguments]);
    const before = never.get(same);
    if (before !== undefined) return { kind: "refused", refusal: before };
    // Without a worker the call would wait in vain.
    const over = AbortSignal.any([...workers.map((each) => each.over), ...(signal === undefined ? [] : [signal])]);
    const open = openCalls.get(same);
    const standing = open !== undefined && "known" in open ? open.known : undefined;
    if (standing === undefined) over.throwIfAborted();
    // A read gets what is there now.
    const isOpen = open !== undefined && !reads.has(tool);
    const idempotencyKey = isOpen && "key" in open ? open.key : keyOf(call, id, options);
    const asked = {
      ...requestOf(call, options),
      ...(isOpen && standing !== undefined ? { goes_on_with: standing.call_id } : {}),
    };
    const settled = await buddy.calls.make(asked, { ...waitOf(call, options), signal: over, idempotencyKey }).then(
      (reply) => {
        if (reply.outcome === "waiting") openCalls.keep(same, { known: reply });
        else if (standing === undefined || standing.call_id === reply.call_id) openCalls.ended(same, open);
        return settledAs(reply);
      },
      (error: unknown) => {
        if (isOfNoCall(error)) {
          openCalls.ended(same, open);
          return propose(call, beside);
        }
        const isLost = mayHaveBeenTaken(error);
        const isGivenUp = signal?.aborted === true;
        const taken = error instanceof BuddyRefusal || error instanceof NoToken ? error.taken : undefined;
        const before = openCalls.get(same);
        const known = taken ?? (before !== undefined && "known" in before ? before.known : undefined);
        const isStanding = known !== undefined && (isGivenUp || isForTheProgram(error));
        if (isStanding) openCalls.keep(same, { known });
        else if ((isLost || isGivenUp) && !reads.has(tool)) openCalls.keep(same, { key: idempotencyKey });
        if (isGivenUp) {
          if (!isOfTime(signal.reason)) throw error;
          return known === undefined ? notAnswered() : settledAs(known);
        }
        if (!isForTheProgram(error) || !(isStanding || isLost)) return refusedBy(error);
        onProblem(error);
        return isStanding ? settledAs(known) : notAnswered();
      },
    );
    if (settled.kind === "refused" && settled.refusal.retry === "never") never.set(same, settled.refusal);
    return settled;
  };
  return propose;
};

/** The call that is said to go on is none that this server has of this agent, as where its data were put aside. */
const isOfNoCall = (error: unknown): boolean =>
  error instanceof BuddyRefusal && error.places.some(({ path }) => path === "/goes_on_with");

/**
 * The end of a time that a framework gives one tool: its run goes on, and its model is told of the call. Of a run that is
 * over nobody is.
 */
const isOfTime = (reason: unknown): boolean => Object(reason).name === "TimeoutError";

const withBeside = (each: AgentTool, { beside = {} }: GovernOptions): AgentTool =>
  "unfit" in each
    ? each
    : { ...each, tool: { ...(Object.hasOwn(beside, each.name) ? beside[each.name] : {}), ...each.tool } };

const waitOf = (call: Proposed, { waitSeconds }: GovernOptions) => {
  const withinSeconds = typeof waitSeconds === "function" ? waitSeconds(call) : waitSeconds;
  return withinSeconds === undefined ? {} : { withinSeconds };
};

const requestOf = (call: Proposed, { confidence, goal, rationale }: GovernOptions) => {
  const sure = typeof confidence === "function" ? confidence(call) : confidence;
  const why = rationale?.(call);
  return {
    tool_name: call.tool,
    arguments: call.arguments,
    ...(sure === undefined ? {} : { confidence: sure }),
    ...(goal === undefined ? {} : { goal }),
    ...(why === undefined ? {} : { rationale: why }),
  };
};

/** A framework's ids are unique within a conversation at most: `call_0` is what some models write. */
const keyOf = (call: Proposed, id: string | undefined, { conversation }: GovernOptions): string =>
  conversation === undefined || id === undefined ? randomUUID() : digest([conversation, id, call.tool, call.arguments]);

/** The same of values that are the same, in whatever order their names are written. */
const digest = (value: Json): string =>
  createHash("sha256")
    .update(JSON.stringify(ordered(value)))
    .digest("hex");

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value);

const ordered = (value: Json): Json => {
  if (isList(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, each]) => [name, ordered(each)]),
  );
};

/**
 * The arguments that a framework hands over, as JSON; undefined of anything but an object. None would be made of it: a call
 * that means a few of something does to all of them without its filter.
 */
export const argumentsIn = (value: unknown): Arguments | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? JSON.parse(JSON.stringify(value)) : undefined;
