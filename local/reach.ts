/** The hosts that tools may reach beside the sandbox; nothing unless said. */
export type Reach = {
  /** Patterns of hosts: `crm.example.com`, `*.example.com`. */
  readonly allowed_hosts: readonly string[];
  /** Networks that are not the public internet, as CIDR. */
  readonly networks: readonly string[];
  /** Programs that may be run as MCP servers, each with its arguments and variables. */
  readonly allowed_commands: readonly string[];
  /** Certificates to trust beside those that Node does, as PEM. */
  readonly authorities: readonly string[];
};

export const NOTHING_REACHED: Reach = { allowed_hosts: [], networks: [], allowed_commands: [], authorities: [] };

/** This machine is one that its own tools may reach, where a contract and a setting both name it. */
export const onThisMachine = (reach: Reach): Reach & { readonly loopback: true } => ({ ...reach, loopback: true });
