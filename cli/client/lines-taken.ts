import type { Readable } from "node:stream";
import {
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
} from "@modelcontextprotocol/server";
import { jsonFaults } from "../../shared/plan/json-faults.ts";
import { parseJsonBody } from "../../shared/plan/parse-json-body.ts";
import { utf8Text } from "../../shared/plan/utf8-text.ts";
import type { Violation } from "../../shared/plan/violation.ts";

/** JSON-RPC's answer to what is no message, as `/mcp` gives it. */
export type NotTaken = {
  readonly jsonrpc: "2.0";
  /** Null where it cannot be read. */
  readonly id: string | number | null;
  readonly error: { readonly code: number; readonly message: string };
};

const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
const INVALID_PARAMS = -32_602;

/** More than the server takes, which says so itself. */
const MOST_BYTES = 8 * 1_024 * 1_024;

const MOST_IN_BATCH = 100;

const NEWLINE = 0x0a;

/**
 * The messages of the protocol in what a client writes, each as a line of JSON. A line that the server would refuse as a
 * body (no JSON, a name that stands twice, digits that a number loses) is not passed on, nor one that would become
 * another call by being written again: `refuse` is given the answer. A batch is taken apart, as the server answers it.
 */
export async function* linesTaken(input: Readable, refuse: (answer: NotTaken) => void): AsyncGenerator<Buffer> {
  for await (const line of linesOf(input)) {
    const taken = line === undefined ? tooLong : messagesIn(line);
    if ("error" in taken) refuse(taken);
    else for (const message of taken.messages) yield Buffer.from(`${JSON.stringify(message)}\n`);
  }
}

/** Undefined stands for one with more bytes than are kept. */
async function* linesOf(input: Readable): AsyncGenerator<Buffer | undefined> {
  let [parts, bytes]: [Buffer[], number] = [[], 0];
  for await (const chunk of input) {
    let rest = Buffer.from(chunk);
    for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE)) {
      bytes += end;
      yield bytes > MOST_BYTES ? undefined : Buffer.concat([...parts, rest.subarray(0, end)]);
      [parts, bytes] = [[], 0];
      rest = rest.subarray(end + 1);
    }
    bytes += rest.byteLength;
    if (bytes > MOST_BYTES) parts = [];
    else parts.push(rest);
  }
}

const notTaken = (code: number, message: string, id: NotTaken["id"] = null): NotTaken => ({
  ...{ jsonrpc: "2.0", id, error: { code, message } },
});

const tooLong = notTaken(INVALID_REQUEST, `Invalid Request: a message has ${MOST_BYTES} bytes at most`);

const inWords = (violations: readonly Violation[]): string =>
  violations.map(({ path, message }) => `${path} ${message}`.trim()).join("; ");

const messagesIn = (line: Buffer): NotTaken | { readonly messages: readonly unknown[] } => {
  const text = utf8Text(line);
  if (text === undefined) return notTaken(PARSE_ERROR, "Parse error: is not UTF-8 text");
  if (text.trim() === "") return { messages: [] };
  const parsed = parseJsonBody(text);
  if (!parsed.ok) return notTaken(PARSE_ERROR, `Parse error: ${inWords(parsed.refusal.violations)}`, idIn(text));
  const { value } = parsed;
  const messages: unknown[] = Array.isArray(value) ? value : [value];
  const wrong = wrongIn(messages);
  if (wrong !== undefined) return notTaken(INVALID_REQUEST, `Invalid Request: ${wrong}`, idOf(value));
  // Written again they would be null, which a call may mean.
  const lost = jsonFaults(value).violations.filter(({ rule }) => rule === "not_json");
  if (lost.length > 0) return notTaken(INVALID_PARAMS, `Invalid params: ${inWords(lost)}`, idOf(value));
  return { messages };
};

const wrongIn = (messages: readonly unknown[]): string | undefined => {
  if (messages.length === 0) return "a batch without messages";
  if (messages.length > MOST_IN_BATCH) {
    return `a batch of ${messages.length} messages, and at most ${MOST_IN_BATCH} are taken at once`;
  }
  const known = messages.every((each) =>
    [isJSONRPCRequest, isJSONRPCNotification, isJSONRPCResultResponse, isJSONRPCErrorResponse].some((is) => is(each)),
  );
  return known ? undefined : "it holds what is no message of JSON-RPC 2.0";
};

/** Of the request in a text of which something is wrong, so that its client knows what was answered. */
const idIn = (text: string): NotTaken["id"] => {
  try {
    return idOf(JSON.parse(text));
  } catch {
    return null;
  }
};

const idOf = (value: unknown): NotTaken["id"] => {
  const id: unknown = typeof value === "object" && value !== null && "id" in value ? value.id : null;
  return typeof id === "string" || (typeof id === "number" && Number.isFinite(id)) ? id : null;
};
