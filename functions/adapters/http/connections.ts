import { type ClientRequest, type IncomingMessage, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import { Surprise } from "../../../shared/plan/surprise.ts";
import type { OutgoingRequest } from "../../../shared/ports/http.ts";
import { UnreadableBody } from "./answer.ts";
import { type Agents, freshAgents, keptAgents } from "./connection-agents.ts";
import { guardedAddresses, onlyTo, type VetOptions } from "./vetted-addresses.ts";
import { MAX_HEADER_BYTES } from "./why-nothing-came.ts";

export type ClientOptions = VetOptions & {
  /** Certificates of authorities beside those that Node trusts, as PEM. Verification cannot be turned off. */
  readonly authorities?: readonly string[];
  /**
   * For so long after its answer the connection of a request that only looks is kept for the next such; none unless given.
   * A function that is frozen between its calls keeps none: it would find them broken.
   */
  readonly keep_ms?: number;
};

/** A request whose connection is made, if it comes to that; `sent`: more of it than the connection's beginning has left. */
export type Sending = { readonly stop: AbortSignal; readonly state: { sent: boolean } };

/** Sends a request. @returns the answer's head, its body still to be read. @throws NotSent, or what the network does */
export type Connect = (request: OutgoingRequest, sending: Sending) => Promise<IncomingMessage>;

/** Of the authorities that were named last: clients of one process name the same. */
let lastTrusting: { readonly authorities: string; readonly context: SecureContext } | undefined;

/**
 * Trusts these authorities beside those that Node trusts by itself, which naming any replaces. Made once for the same:
 * to read some 150 certificates costs more than all the rest of a client or of a request does.
 */
const trusting = (named: readonly string[]): SecureContext => {
  const authorities = named.join("\n");
  if (lastTrusting?.authorities !== authorities) {
    const context = createSecureContext({ ca: [...getCACertificates("default"), ...named] });
    lastTrusting = { authorities, context };
  }
  return lastTrusting.context;
};

/**
 * The one way out for tools: https to a host that both the contract and the deployment name, by an address that was
 * looked at before it is connected to. No proxy, no redirect, no connection kept from an earlier request for one that acts:
 * one that the other side has closed meanwhile would leave a call's outcome unknown for nothing. A request that only looks
 * is sent again then. docs/adr/0021 has the choices.
 * @throws Error for a network among the options that is none
 */
export const guardedConnections = (options: ClientOptions): Connect => {
  const vet = guardedAddresses(options);
  const { authorities = [] } = options;
  const trusted = authorities.length === 0 ? {} : { secureContext: trusting(authorities) };
  const fresh = freshAgents(trusted);
  const kept = options.keep_ms === undefined ? undefined : keptAgents(options.keep_ms, trusted);

  const connected: Connect = async (request, { stop, state }) => {
    const url = new URL(request.url);
    const addresses = await unlessStopped(vet(url, request.hosts), stop);
    const begun = { request, url, addresses, stop, state };
    if (kept === undefined || request.only_looks !== true) return begin({ ...begun, agents: fresh });
    try {
      return await begin({ ...begun, agents: kept });
    } catch (error) {
      if (!(error instanceof KeptBroke)) throw error;
      return begin({ ...begun, agents: fresh });
    }
  };
  return (request, sending) => unlessStopped(connected(request, sending), sending.stop);
};

/** A connection that was kept broke before an answer came by it: the other side had closed it, as far as one can tell. */
class KeptBroke extends Surprise {
  override readonly name = "KeptBroke";
}

/**
 * One request and what `read` takes of its answer: settled when the time is over at the latest, whatever the other side
 * sends, and nothing is kept of a connection that still has something to say. @throws as `connect`, or what the reading does
 */
export const exchanged = async <Value>(
  connect: Connect,
  request: OutgoingRequest,
  sending: Sending,
  read: (message: IncomingMessage) => Promise<Value>,
): Promise<Value> => {
  const message = await connect(request, sending);
  // A body that breaks off or never ends is waited for no longer than the rest.
  return unlessStopped(read(message), sending.stop).finally(() => message.destroy());
};

/** Settles with the work, or fails as soon as the time is over, whatever the work still comes to. */
export const unlessStopped = <Value>(work: Promise<Value>, stop: AbortSignal): Promise<Value> =>
  new Promise((resolve, reject) => {
    const stopped = (): void => reject(stop.reason);
    if (stop.aborted) stopped();
    else stop.addEventListener("abort", stopped, { once: true });
    work.then(resolve, reject).finally(() => stop.removeEventListener("abort", stopped));
  });

type Begun = {
  readonly request: OutgoingRequest;
  readonly url: URL;
  readonly addresses: readonly string[];
  readonly agents: Agents;
  readonly stop: AbortSignal;
  readonly state: { sent: boolean };
};

/**
 * Said here for every method: Node says it for some alone. Where nobody says it, the other side acts on a request without
 * a body, and reads what was its body as the beginning of another request.
 */
const lengthOf = (body: string | undefined): { readonly "content-length"?: string } =>
  body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };

/** Sends the request. @returns the answer's head, its body still to be read */
const begin = ({ request, url, addresses, agents, stop, state }: Begun): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const headers = {
      accept: "application/json",
      "accept-encoding": "identity",
      "user-agent": "buddy",
      ...request.headers,
      ...lengthOf(request.body),
    };
    const isSecure = url.protocol === "https:";
    const agent = isSecure ? agents.secure : agents.plain;
    const options = { method: request.method, headers, agent, signal: stop, lookup: onlyTo(addresses), addresses };
    const limits = { maxHeaderSize: MAX_HEADER_BYTES };
    const outgoing: ClientRequest = (isSecure ? secureRequest : plainRequest)(url, { ...options, ...limits });
    const fail = (error: Error): void =>
      reject(outgoing.reusedSocket && !stop.aborted ? new KeptBroke(error.message, { cause: error }) : error);
    let answered = false;
    outgoing.once("socket", (socket) => {
      const sent = (): void => {
        state.sent = true;
      };
      // Before this nothing but the connection's own beginning has left.
      if (outgoing.reusedSocket) sent();
      else socket.once(isSecure ? "secureConnect" : "connect", sent);
    });
    outgoing.once("response", (message) => {
      answered = true;
      resolve(message);
    });
    // A library that hears of no upgrade closes the connection and tells nobody; this request asked for none.
    outgoing.once("upgrade", (_message, socket) => {
      socket.destroy();
      reject(new UnreadableBody("it answered 101, to speak another protocol"));
    });
    // An error after the answer has begun is the message's own, which is being read.
    outgoing.on("error", fail);
    outgoing.once("close", () => {
      if (!answered) fail(new UnreadableBody("its connection was closed before an answer"));
    });
    outgoing.end(request.body);
  });
