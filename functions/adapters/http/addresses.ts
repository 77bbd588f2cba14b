import { BlockList, isIP } from "node:net";

/** Networks that a deployment lets its tools reach, beside the hosts that their contracts name. */
export type Networks = {
  /** Networks that are not the public internet and may be reached all the same, as CIDR: `10.20.0.0/16`. */
  readonly networks: readonly string[];
  /** This machine itself may be reached by a name that means nothing else; only where Buddy runs on one machine. */
  readonly loopback: boolean;
};

/** IANA's special-purpose IPv4 addresses (RFC 6890 and its registry), multicast and what is reserved. */
const SPECIAL_IPV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
];

/**
 * Of IPv6 only 2000::/3 is the public internet: no mapped (::ffff:0:0/96) or translated (64:ff9b::/96) form, no unique
 * local, link-local or multicast address is in it. In it, these are special: Teredo and other protocols, documentation,
 * 6to4, AS112.
 */
const PUBLIC_IPV6 = "2000::/3";
const SPECIAL_IPV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"];

/** Where clouds tell a machine its credentials: never for a tool, whatever network a setting names. */
const METADATA = [
  "169.254.0.0/16",
  "168.63.129.16/32",
  "100.100.100.200/32",
  "192.0.0.192/32",
  "fd00:ec2::/32",
  "fd20:ce::/32",
];
const LOOPBACK = ["127.0.0.0/8", "::1/128"];

/** @throws Error naming the network that is none */
const listOf = (networks: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits = ""] = network.split("/");
    const family = isIP(address);
    const most = family === 4 ? 32 : 128;
    if (family === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > most) {
      throw new Error(`${network} is no network, such as 10.20.0.0/16`);
    }
    list.addSubnet(address, Number(bits), family === 4 ? "ipv4" : "ipv6");
  }
  return list;
};

const special = listOf([...SPECIAL_IPV4, ...SPECIAL_IPV6]);
const publicIpv6 = listOf([PUBLIC_IPV6]);
const metadata = listOf(METADATA);
const loopback = listOf(LOOPBACK);

const isIn = (list: BlockList, address: string): boolean => list.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");

const isPublic = (address: string): boolean =>
  !isIn(special, address) && (isIP(address) === 4 || isIn(publicIpv6, address));

/**
 * Why a tool may not reach an address, in words; undefined where it may. `namesLoopback`: the host that was asked for
 * means this machine itself. @throws Error for a network that is none
 */
export const addressGuard = ({ networks, loopback: here }: Networks) => {
  const named = listOf(networks);
  return (address: string, namesLoopback: boolean): string | undefined => {
    // An address of one interface (fe80::1%eth0) is never a service's.
    if (isIP(address) === 0 || address.includes("%")) return `${address} is no address that a service has`;
    if (isIn(metadata, address)) return `${address} is where a machine learns its credentials`;
    if (here && namesLoopback && isIn(loopback, address)) return undefined;
    if (isPublic(address) || isIn(named, address)) return undefined;
    return `${address} is not an address of the public internet, and no setting names its network`;
  };
};
