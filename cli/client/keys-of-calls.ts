import { randomUUID } from "node:crypto";
import type { JSONRPCRequest } from "@modelcontextprotocol/server";
import { canonicalArguments } from "../../shared/contracts/canonical-arguments.ts";
import { META_PREFIX } from "../../shared/contracts/offer/offered-tool.ts";
import { canonicalJson } from "../../shared/plan/digest.ts";
import { type JsonObject, jsonObject } from "../../shared/plan/json.ts";
import { jsonFaults } from "../../shared/plan/json-faults.ts";
import type { ListedTool } from "./reading-tools.ts";

const KEY = `${META_PREFIX}idempotency_key`;

/** A call as it was sent first, under its key. */
type Sent = { readonly key: string; readonly name: string; readonly args: JsonObject };

/**
 * A call whose answer is lost is asked for again under its key, and answered for the first: its client never sees the gap.
 * A client that gave up, or was told that there is no answer, and makes the same call again is one of those, however
 * that is written: the tool's schema says which calls are the same. Of a tool that only reads, which the server is asked
 * about at that moment, it gets what is there now.
 */
export class KeysOfCalls {
  /** From their sending until they were answered. */
  private readonly unanswered = new Map<string, Sent>();
  /** The keys of requests, by their ids. */
  private readonly keys = new Map<string | number, string>();
  private readonly schemas = new Map<string, JsonObject>();
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
    const called = { name: String(params?.name), args: args.data };
    const before = await this.sameBefore(called);
    const { key } = before ?? this.send(called);
    this.keys.set(id, key);
    // Under one key the server knows one way to write it.
    const written = before === undefined ? {} : { arguments: before.args };
    return { ...message, params: { ...params, ...written, _meta: { ...params?._meta, [KEY]: key } } };
  }

  answered(id: string | number): void {
    const key = this.keys.get(id);
    if (key !== undefined) this.unanswered.delete(key);
    this.keys.delete(id);
  }

  private send(called: Omit<Sent, "key">): Sent {
    const sent = { key: randomUUID(), ...called };
    this.unanswered.set(sent.key, sent);
    return sent;
  }

  private async sameBefore({ name, args }: Omit<Sent, "key">): Promise<Sent | undefined> {
    const ofTool = [...this.unanswered.values()].filter((sent) => sent.name === name);
    if (ofTool.length === 0) return undefined;
    const same = sameAmong(ofTool, args) ?? sameAmong(ofTool, args, await this.schemaOf(name));
    if (same === undefined) return undefined;
    return (await this.listed(name))?.onlyReads === true ? undefined : same;
  }

  /** Asked for once: an agent makes many calls of one tool at the same time. Undefined where nobody tells it. */
  private async schemaOf(name: string): Promise<JsonObject | undefined> {
    const known = this.schemas.get(name);
    if (known !== undefined) return known;
    const tool = await this.listed(name).catch(() => undefined);
    if (tool !== undefined) this.schemas.set(name, tool.input_schema);
    return tool?.input_schema;
  }
}

const sameAmong = (sent: readonly Sent[], args: JsonObject, schema: JsonObject = {}): Sent | undefined => {
  const text = (each: JsonObject) => canonicalJson(canonicalArguments(schema, each));
  return sent.find((each) => text(each.args) === text(args));
};
