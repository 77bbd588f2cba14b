import { lookup } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { isAllowedHost, isLoopbackHost } from "../../../shared/contracts/binding/allowed-hosts.ts";
import { addressGuard, type Networks } from "./addresses.ts";
import { codeOf, NotSent } from "./why-nothing-came.ts";

export type VetOptions = Networks & {
  readonly allowed_hosts: readonly string[];
  /** All addresses of a name; the system's resolver unless given. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
};

const resolveBySystem = async (name: string): Promise<string[]> =>
  (await lookup(name, { all: true })).map(({ address }) => address);

/** Addresses that a host may be reached at; the connection is made to one of those. @throws NotSent */
export type Vet = (url: URL, hosts: readonly string[]) => Promise<readonly string[]>;

/**
 * Looks at a host before it is connected to: that contract and deployment name it, that https is meant, and every
 * address that its name has. @throws Error for a network among the options that is none
 */
export const guardedAddresses = (options: VetOptions): Vet => {
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

const checkHost = (url: URL, hosts: readonly string[], { allowed_hosts, loopback }: VetOptions): void => {
  const { host, protocol, username, password } = url;
  if (!hosts.includes(host)) throw new NotSent(`${host} is not among the hosts of the contract`);
  if (!isAllowedHost(host, allowed_hosts)) throw new NotSent(`this deployment's tools may not reach ${host}`);
  if (username !== "" || password !== "") throw new NotSent("an address holds no credentials");
  const here = protocol === "http:" && loopback && isLoopbackHost(host);
  if (protocol !== "https:" && !here) throw new NotSent(`${host} is reached by https only`);
};

const resolved = async (resolve: NonNullable<VetOptions["resolve"]>, name: string): Promise<readonly string[]> => {
  try {
    const addresses = await resolve(name);
    if (addresses.length > 0) return addresses;
  } catch (cause) {
    throw new NotSent(`the name ${name} cannot be resolved: ${codeOf(cause)}`, { cause });
  }
  throw new NotSent(`the name ${name} has no address`);
};

/** The name is not asked about a second time: the connection goes to the addresses that were looked at. */
export const onlyTo =
  (addresses: readonly string[]): LookupFunction =>
  (_name, options, answer) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first] = found;
    if (options.all === true) answer(null, found);
    else answer(null, first?.address ?? "", first?.family ?? 0);
  };
