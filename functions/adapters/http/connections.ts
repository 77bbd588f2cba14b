import { lookup } from "node:dns/promises";
import { type ClientRequest, type IncomingMessage, maxHeaderSize, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import { isAllowedHost, isLoopbackHost } from "../../../shared/contracts/binding/allowed-hosts.ts";
import { Surprise } from "../../../shared/plan/surprise.ts";
import type { OutgoingRequest } from "../../../shared/ports/http.ts";
import { addressGuard, type Networks } from "./addresses.ts";
import { UnreadableBody } from "./answer.ts";
import { type Agents, freshAgents, keptAgents } from "./connection-agents.ts";

export type ClientOptions = Networks & {
  readonly allowed_hosts: readonly string[];
  /** Certificates of authorities beside those that Node trusts, as PEM. Verification cannot be turned off. */
  readonly authorities?: readonly string[];
  /**
   * For so long after its answer the connection of a request that only looks is kept for the next such; none unless given.
   * A function that is frozen between its calls keeps none: it would find them broken.
   */
  readonly keep_ms?: number;
  /** All addresses of a name; the system's resolver unless given. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
};

/** Answers of real services have a few KB of headers; Node's own limit, said here so that it is ours. */
const MAX_HEADER_BYTES = 16_384;

const resolveBySystem = async (name: string): Promise<string[]> =>
  (await lookup(name, { all: true })).map(({ address }) => address);

/** Nothing was sent, for this reason. */
export class NotSent extends Surprise {
  override readonly name = "NotSent";
}

/** The same, where it will be sent to in a moment. */
export class NotYet extends NotSent {}

/** A request whose connection is made, if it comes to that; `sent`: more of it than the connection's beginning has left. */
export type Sending = { readonly stop: AbortSignal; readonly state: { sent: boolean } };

/** Sends a request. @returns the answer's head, its body still to be read. @throws NotSent, or what the network does */
export type Connect = (request: OutgoingRequest, sending: Sending) => Promise<IncomingMessage>;

/** Addresses that a host may be reached at; the connection is made to one of those. @throws NotSent */
export type Vet = (url: URL, hosts: readonly string[]) => Promise<readonly string[]>;

/**
 * Looks at a host before it is connected to: that contract and deployment name it, that https is meant, and every
 * address that its name has. @throws Error for a network among the options that is none
 */
export const guardedAddresses = (options: Omit<ClientOptions, "authorities">): Vet => {
  const guard = addressGuard(options);
  const { resolve = resolveBySystem } = options;
  return async (url, hosts) => {
    checkHost(url, hosts, options);
    const name = url.hostname.replace(/^\[|\]$/g, "");
    const addresses = isIP(name) > 0 ? [name] : await resolved(resolve, name);
    const namesLoopback = isLoopbackHost(url.host);
    // One bad address among good ones is enough: which of them would be taken is the network's choice.
    const fault = addresses.map((address) => guard(address, namesLoopback)).find((found) => found !== undefined);
    if (fault !== undefined) throw new NotSent(`${url.hostname} may not be reached: ${fault}`);
    return addresses;
  };
};

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

const checkHost = (url: URL, hosts: readonly string[], { allowed_hosts, loopback }: ClientOptions): void => {
  const { host, protocol, username, password } = url;
  if (!hosts.includes(host)) throw new NotSent(`${host} is not among the hosts of the contract`);
  if (!isAllowedHost(host, allowed_hosts)) throw new NotSent(`this deployment's tools may not reach ${host}`);
  if (username !== "" || password !== "") throw new NotSent("an address holds no credentials");
  const here = protocol === "http:" && loopback && isLoopbackHost(host);
  if (protocol !== "https:" && !here) throw new NotSent(`${host} is reached by https only`);
};

const resolved = async (resolve: NonNullable<ClientOptions["resolve"]>, name: string): Promise<readonly string[]> => {
  try {
    const addresses = await resolve(name);
    if (addresses.length > 0) return addresses;
  } catch (cause) {
    throw new NotSent(`the name ${name} cannot be resolved: ${codeOf(cause)}`, { cause });
  }
  throw new NotSent(`the name ${name} has no address`);
};

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

/** The name is not asked about a second time: the connection goes to the addresses that were looked at. */
export const onlyTo =
  (addresses: readonly string[]): LookupFunction =>
  (_name, options, answer) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first] = found;
    if (options.all === true) answer(null, found);
    else answer(null, first?.address ?? "", first?.family ?? 0);
  };

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "no reason given";

/** Faults of an answer over a connection that was whole, by the codes of the parser and of the decompression. */
const inItsAnswer = (code: string): string | undefined => {
  if (code === "HPE_HEADER_OVERFLOW") return `its headers have more than ${maxHeaderSize} bytes`;
  if (code === "Z_BUF_ERROR") return "its compressed body broke off";
  if (code === "Z_DATA_ERROR" || code.startsWith("ERR__ERROR_FORMAT")) {
    return `its body is not compressed as it says (${code})`;
  }
  return code.startsWith("HPE_") ? `its answer is no HTTP (${code})` : undefined;
};

/** Why a request came to nothing. */
export const wordsOf = (error: unknown): string => {
  if (error instanceof NotSent || error instanceof UnreadableBody) return error.message;
  // The words of others may quote what was sent; their codes do not.
  const code = codeOf(error);
  return inItsAnswer(code) ?? `the connection failed: ${code}`;
};
