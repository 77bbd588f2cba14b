import { randomUUID } from "node:crypto";
import type { JSONRPCRequest } from "@modelcontextprotocol/server";
import { canonicalArguments } from "../../shared/contracts/canonical-arguments.ts";
import { META_PREFIX } from "../../shared/contracts/offer/offered-tool.ts";
import { canonicalJson } from "../../shared/plan/digest.ts";
import { type Json, type JsonObject, jsonObject } from "../../shared/plan/json.ts";
import { jsonFaults } from "../../shared/plan/json-faults.ts";
import type { ListedTool } from "./reading-tools.ts";
import { type WaitingCall, WaitingCalls, waitsIn } from "./waiting-calls.ts";

const KEY = `${META_PREFIX}idempotency_key`;
const GOES_ON_WITH = `${META_PREFIX}goes_on_with`;

/** A call as its client writes it. */
type Called = {
  readonly name: string;
  readonly args: JsonObject;
  /** Of one that goes on with a call. */
  readonly state?: string | undefined;
};

/** A call as it was sent first, under its key. */
type Sent = Called & {
  readonly key: string;
  /** The call that it is, where its client was told that one waits. */
  readonly goes_on_with?: string;
};

/** A request that was passed on: the call that it makes, and the one that it asks about, as that was known then. */
type Asked = { readonly sent: Sent | undefined; readonly about: WaitingCall | undefined };

/**
 * A call whose answer is lost is asked for again under its key, and answered for the first: its client never sees the gap.
 * A client that gave up, or was told that there is no answer, and makes the same call again is one of those, however
 * that is written, and one that was told that its call waits goes on with that: the tool's schema says which calls are the
 * same. Of a tool that only reads, which the server is asked about at that moment, it gets what is there now. Where the
 * server does not tell the schema that is in force, only calls of the same arguments are the same: by an older one, others
 * might be sent than were asked for.
 */
export class KeysOfCalls {
  /** From their sending until they were answered, by key. */
  private readonly unanswered = new Map<string, Sent>();
  /** Those that wait for what the server says of their tool. The same call may be written meanwhile. */
  private readonly asking = new Set<Called & { readonly sent: Promise<Sent> }>();
  private readonly waiting = new WaitingCalls();
  /** By the ids of their requests. */
  private readonly asked = new Map<string | number, Asked>();
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
    if (method === "tools/call" && args.success && isAboutOne(params?.name)) {
      this.asked.set(id, { sent: undefined, about: this.waiting.get(String(args.data.id)) });
      return message;
    }
    if (method !== "tools/call" || !args.success || Object.hasOwn(params?._meta ?? {}, KEY)) return message;
    // The server refuses them, and no text stands for them.
    if (jsonFaults(args.data).violations.length > 0) return message;
    const state = typeof params?.requestState === "string" ? params.requestState : undefined;
    const sent = await this.sent({ name: String(params?.name), args: args.data, state });
    const { key, goes_on_with = state } = sent;
    this.asked.set(id, { sent, about: goes_on_with === undefined ? undefined : this.waiting.get(goes_on_with) });
    // Under one key the server knows one way to write it.
    const written = sent.args === args.data ? {} : { arguments: sent.args };
    const of = sent.goes_on_with === undefined ? {} : { [GOES_ON_WITH]: sent.goes_on_with };
    return { ...message, params: { ...params, ...written, _meta: { ...of, ...params?._meta, [KEY]: key } } };
  }

  answered(id: string | number, result: unknown): void {
    const { sent, about } = this.asked.get(id) ?? {};
    this.asked.delete(id);
    if (sent !== undefined) this.unanswered.delete(sent.key);
    const call_id = waitsIn(result);
    const told = sent ?? about;
    if (call_id === undefined) this.waiting.ended(about);
    else if (told !== undefined) this.waiting.keep({ ...told, call_id });
  }

  /** Known to those after it from its first moment on, before anything is awaited. */
  private async sent(called: Called): Promise<Sent> {
    // One that goes on with a call is about that one, whatever call of the same arguments was sent since.
    const isOf = ({ state }: Called) => called.state === undefined || called.state === state;
    const alike = (each: Called) => each.name === called.name && isOf(each) && mayMeanTheSame(each.args, called.args);
    const asked = [...this.asking].filter(alike).map(({ sent }) => sent);
    const waiting = this.waiting
      .all()
      .map(({ call_id, ...each }) => ({ ...each, key: randomUUID(), goes_on_with: call_id }));
    const before = [...this.unanswered.values(), ...waiting].filter(alike);
    const asking = { ...called, sent: this.sentAs(called, [...before, ...asked]) };
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
    if (tool?.onlyReads === true) {
      for (const { goes_on_with = "" } of sent) this.waiting.ended(this.waiting.get(goes_on_with));
      return own;
    }
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

/** A tool of the server's own, which tells how one call stands. */
const isAboutOne = (name: unknown): boolean => name === "buddy_wait" || name === "buddy_status";

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
