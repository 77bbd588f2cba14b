import type pc from "picocolors";
import type { Scope } from "./client/scope.ts";

export type Paint = ReturnType<typeof pc.createColors>;

export type Choice<Value extends string> = {
  readonly name: string;
  readonly value: Value;
  readonly description?: string;
};

/** Questions to the person at the terminal. */
export interface Prompts {
  select<Value extends string>(message: string, choices: readonly Choice<Value>[]): Promise<Value>;
  /** Any number of them, none at first. */
  pick<Value extends string>(message: string, choices: readonly Choice<Value>[]): Promise<readonly Value[]>;
  input(message: string, required: boolean): Promise<string>;
  confirm(message: string): Promise<boolean>;
  /** Opens $EDITOR (or $VISUAL) with the text. @returns what was saved */
  editor(message: string, text: string): Promise<string>;
}

export interface ProgressBar {
  /** A line above the bar. */
  line(text: string): void;
  update(done: number, total: number, note: string): void;
  stop(): void;
}

/** What a server that was stopped takes up when it is started again. */
export type LeftOff = { readonly executions: number; readonly calls: number };

export type MintedToken = { readonly token: string; readonly seconds: number };

/** The local programs the CLI starts or asks, loaded only when they are needed. */
export interface LocalPrograms {
  /**
   * A token for `name` that allows `scopes` and lasts minutes, from the key under the data folder.
   * @returns undefined where there is no key; none is made
   */
  mintToken(data_dir: string, name: string, scopes: readonly Scope[]): Promise<MintedToken | undefined>;
  /** Whether what listens at `endpoint` holds the key under the data folder. @throws what `fetch` throws */
  isOurs(data_dir: string, endpoint: string, fetch: typeof globalThis.fetch): Promise<boolean>;
  startServer(options: {
    data_dir: string;
    port: number;
    live_enabled: boolean;
    registry_open: boolean;
    log_details: boolean;
    /** Hosts that tools may reach. */
    policy: { readonly allowed_hosts: readonly string[] };
    /** Told in words what the start has to do, where that may take long. */
    tell?: (line: string) => void;
  }): Promise<{ url: string; live_enabled: boolean; stop(): Promise<LeftOff | undefined> }>;
}

/** Everything outside of the CLI's own logic: given, never taken, so that tests need no terminal. */
export type Context = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Who sits at the machine, as the operating system says. */
  readonly user: string;
  /** Lines on stdout. */
  readonly out: (text: string) => void;
  /** Lines on stderr. */
  readonly err: (text: string) => void;
  /** A person can be asked. */
  readonly interactive: boolean;
  /** Width of the terminal; Infinity where output goes elsewhere, and nothing is cut. */
  readonly columns: number;
  readonly paint: Paint;
  readonly prompts: Prompts;
  /** A bar on a terminal, plain lines elsewhere. */
  readonly progressBar: () => ProgressBar;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Date;
  readonly wait: (ms: number) => Promise<void>;
  /** Resolves at Ctrl-C or a polite end. */
  readonly interrupted: () => Promise<void>;
  readonly readFile: (path: string) => Promise<string>;
  /** The bytes of a file; undefined where there is no such file. */
  readonly readBytes: (path: string) => Promise<Uint8Array | undefined>;
  /** Names of what is in a folder; undefined where there is no such folder. */
  readonly readFolder: (path: string) => Promise<readonly string[] | undefined>;
  readonly writeFile: (path: string, content: Uint8Array) => Promise<void>;
  readonly local: LocalPrograms;
};
