import { Client } from "@modelcontextprotocol/client";
import type { McpCredentials, McpLimits } from "../../../shared/ports/mcp.ts";
import { NotYet } from "../http/why-nothing-came.ts";
import { outerLimitMs } from "../outer-limit.ts";
import { itemByItem } from "./item-by-item.ts";
import type { Listed, Open, Opened } from "./session.ts";

/** A program that ends sooner than this after its start is waited for longer and longer before it is started again. */
const SETTLED_MS = 60_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

type Standing = { readonly client: Promise<Client>; uses: number; retired: boolean };

/** One server, as seen by those who speak to it with the same credentials: connected when it is needed, then kept. */
export class Connection {
  credentials: McpCredentials;
  listed: Listed = new Map();
  private standing: Standing | undefined;
  /** Each that is not closed yet, those among them that only calls on their way still use. */
  private readonly open_ones = new Set<Standing>();
  private opened: Opened | undefined;
  private started_at = 0;
  private ends = 0;
  private not_before = 0;
  private readonly open: Open;
  private readonly now: () => number;

  /** `now`: milliseconds since 1970. */
  constructor(open: Open, credentials: McpCredentials, now: () => number) {
    this.open = open;
    this.credentials = credentials;
    this.now = now;
  }

  /** Whether one is there already, from an earlier use. */
  get stands(): boolean {
    return this.standing !== undefined;
  }

  /** Uses the client, which is not closed before that is over. @throws NotSent, or what the library does */
  async use<Value>(limits: McpLimits, work: (client: Client) => Promise<Value>): Promise<Value> {
    const standing = this.standing ?? this.start(limits);
    standing.uses += 1;
    try {
      return await work(await standing.client);
    } finally {
      standing.uses -= 1;
      if (standing.retired && standing.uses === 0) await this.close(standing);
    }
  }

  /** The last words of a program, for the reader of why it ended. */
  lastWords(): string {
    const said = this.opened?.said() ?? "";
    return said === "" ? "" : `; it said: ${said}`;
  }

  /** The next use connects anew. Calls of others that are on their way over the old one are waited for: they may act. */
  async drop(): Promise<void> {
    const { standing } = this;
    this.standing = undefined;
    if (standing === undefined) return;
    standing.retired = true;
    if (standing.uses === 0) await this.close(standing);
  }

  /** Ends every use. */
  async stop(): Promise<void> {
    this.standing = undefined;
    await Promise.allSettled([...this.open_ones].map((each) => this.close(each)));
  }

  private start(limits: McpLimits): Standing {
    const standing: Standing = {
      client: this.connect(limits, () => this.forget(standing)),
      uses: 0,
      retired: false,
    };
    standing.client.catch(() => this.forget(standing));
    this.open_ones.add(standing);
    this.standing = standing;
    return standing;
  }

  private forget(standing: Standing): void {
    this.open_ones.delete(standing);
    if (this.standing === standing) this.standing = undefined;
  }

  private async close(standing: Standing): Promise<void> {
    this.open_ones.delete(standing);
    const client = await standing.client.catch(() => undefined);
    await client?.close().catch(() => {});
  }

  private async connect(limits: McpLimits, closed: () => void): Promise<Client> {
    const wait = this.not_before - this.now();
    if (wait > 0) throw new NotYet(`it ended, and is started again in ${Math.ceil(wait / 1_000)} s${this.lastWords()}`);
    const opened = this.open(() => this.credentials);
    this.opened = opened;
    this.started_at = this.now();
    const client = new Client(
      { name: "buddy", version: "1" },
      {
        ...(opened.negotiates ? { versionNegotiation: { mode: "auto" } } : {}),
        // A call that asks for more would be sent again with the answer.
        inputRequired: { autoFulfill: false },
      },
    );
    client.onclose = () => {
      closed();
      if (!opened.negotiates) this.ended();
    };
    await client.connect(itemByItem(opened.transport), { ...limitsOf(limits) });
    return client;
  }

  private ended(): void {
    this.ends = this.now() - this.started_at >= SETTLED_MS ? 1 : this.ends + 1;
    // At once after the first end; then one second, two, four, up to a minute.
    const wait = this.ends < 2 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (this.ends - 2), LONGEST_WAIT_MS);
    this.not_before = this.now() + wait;
  }
}

export const limitsOf = (limits: McpLimits) => {
  const { signal } = limits;
  const timeout = outerLimitMs(limits);
  return { timeout, maxTotalTimeout: timeout, ...(signal === undefined ? {} : { signal }) };
};
