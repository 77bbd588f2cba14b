import { randomUUID } from "node:crypto";
import type { JSONRPCRequest } from "@modelcontextprotocol/server";
import { canonicalArguments } from "../../shared/contracts/canonical-arguments.ts";
import { META_PREFIX } from "../../shared/contracts/offer/offered-tool.ts";
import { canonicalJson } from "../../shared/plan/digest.ts";
import { type Json, type JsonObject, jsonObject } from "../../shared/plan/json.ts";
import { jsonFaults } from "../../shared/plan/json-faults.ts";
import type { ListedTool } from "./reading-tools.ts";

const KEY = `${META_PREFIX}idempotency_key`;

/** A call as its client writes it. */
type Called = {
  readonly name: string;
  readonly args: JsonObject;
  /** Of one that goes on with a call. */
  readonly state?: string | undefined;
};

/** A call as it was sent first, under its key. */
type Sent = Called & { readonly key: string };

/**
 * A call whose answer is lost is asked for again under its key, and answered for the first: its client never sees the gap.
 * A client that gave up, or was told that there is no answer, and makes the same call again is one of those, however
 * that is written: the tool's schema says which calls are the same. Of a tool that only reads, which the server is asked
 * about at that moment, it gets what is there now. Where the server does not tell the schema that is in force, only calls
 * of the same arguments are the same: by an older one, others might be sent than were asked for.
 */
export class KeysOfCalls {
  /** From their sending until they were answered, by key. */
  private readonly unanswered = new Map<string, Sent>();
  /** Those that wait for what the server says of their tool. The same call may be written meanwhile. */
  private readonly asking = new Set<Called & { readonly sent: Promise<Sent> }>();
  /** The keys of requests, by their ids. */
  private readonly keys = new Map<string | number, string>();
  /** The server is asked once at a time about a tool: an agent makes many calls of one together. */
  private readonly listings = new Map<string, Promise<ListedTool | undefined>>();
  private readonly listed: (name: string) => Promise<ListedTool | undefined>;

  constructor(listed: (name: string) => Promise<ListedTool | undefined>) {
    this.listed = listed;
  }

  /** The request as it is passed on. One that its client gave a key itself stays as it is. */
  async named(message: JSONRPCRequest): Promise<JSONRPCRequest> {
    const { id, method, params } = message;
    const args = jsonObject.safeParse(params?.arguments ?? {});
    if (method !== "tools/call" || !args.success || Object.hasOwn(params?._meta ?? {}, KEY)) return message;
    // The server refuses them, and no text stands for them.
    if (jsonFaults(args.data).violations.length > 0) return message;
    const state = typeof params?.requestState === "string" ? params.requestState : undefined;
    const sent = await this.sent({ name: String(params?.name), args: args.data, state });
    this.keys.set(id, sent.key);
    // Under one key the server knows one way to write it.
    const written = sent.args === args.data ? {} : { arguments: sent.args };
    return { ...message, params: { ...params, ...written, _meta: { ...params?._meta, [KEY]: sent.key } } };
  }

  answered(id: string | number): void {
    const key = this.keys.get(id);
    if (key !== undefined) this.unanswered.delete(key);
    this.keys.delete(id);
  }

  /** Known to those after it from its first moment on, before anything is awaited. */
  private async sent(called: Called): Promise<Sent> {
    // One that goes on with a call is about that one, whatever call of the same arguments was sent since.
    const isOf = ({ state }: Called) => called.state === undefined || called.state === state;
    const alike = (each: Called) => each.name === called.name && isOf(each) && mayMeanTheSame(each.args, called.args);
    const asked = [...this.asking].filter(alike).map(({ sent }) => sent);
    const asking = { ...called, sent: this.sentAs(called, [...[...this.unanswered.values()].filter(alike), ...asked]) };
    this.asking.add(asking);
    try {
      const sent = await asking.sent;
      this.unanswered.set(sent.key, sent);
      return sent;
    } finally {
      this.asking.delete(asking);
    }
  }

  /** As the one of those before it that is the same, or under a key of its own. */
  private async sentAs(called: Called, before: readonly (Sent | Promise<Sent>)[]): Promise<Sent> {
    const own = { key: randomUUID(), ...called };
    if (before.length === 0) return own;
    const [tool, ...sent] = await Promise.all([this.toolNow(called.name), ...before]);
    if (tool?.onlyReads === true) return own;
    return sameAmong(sent, called.args) ?? sameAmong(sent, called.args, tool?.input_schema) ?? own;
  }

  /** Undefined where it is not listed, or nobody tells. */
  private toolNow(name: string): Promise<ListedTool | undefined> {
    const listing =
      this.listings.get(name) ??
      this.listed(name)
        .catch(() => undefined)
        .finally(() => this.listings.delete(name));
    this.listings.set(name, listing);
    return listing;
  }
}

/** No schema makes one of two calls whose texts, numbers or truths of one name differ: at most one of them is a default. */
const mayMeanTheSame = (one: JsonObject, other: JsonObject): boolean =>
  Object.entries(one).every(([name, value]) => {
    const beside = Object.hasOwn(other, name) ? other[name] : undefined;
    return beside === undefined || !isScalar(value) || !isScalar(beside) || value === beside;
  });

const isScalar = (value: Json): boolean => typeof value !== "object" || value === null;

const sameAmong = (sent: readonly Sent[], args: JsonObject, schema: JsonObject = {}): Sent | undefined => {
  const text = (each: JsonObject) => canonicalJson(canonicalArguments(schema, each));
  return sent.find((each) => text(each.args) === text(args));
};
