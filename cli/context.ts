import type { Readable, Writable } from "node:stream";
import type pc from "picocolors";
import type { AGENT_SCOPE, AgentScope, Scope, WorkScope } from "../shared/scopes.ts";

export type Paint = ReturnType<typeof pc.createColors>;

export type Choice<Value extends string> = {
  readonly name: string;
  readonly value: Value;
};

/** Questions to the person at the terminal. */
export interface Prompts {
  /** The cursor stands on the first choice, and each is shown with the number that takes it there. */
  select<Value extends string>(message: string, choices: readonly Choice<Value>[]): Promise<Value>;
  input(message: string, required: boolean): Promise<string>;
  confirm(message: string): Promise<boolean>;
  /** Text that is not shown while it is typed. */
  secret(message: string): Promise<string>;
  /** Opens $EDITOR (or $VISUAL) with the text. @returns what was saved */
  editor(message: string, text: string): Promise<string>;
}

export interface ProgressBar {
  /** A line above the bar. */
  line(text: string): void;
  update(done: number, total: number, note: string): void;
  stop(): void;
}

/** The executions that a server which was stopped takes up when it is started again. */
export type LeftOff = { readonly executions: number; readonly calls: number };

export type MintedToken = { readonly token: string; readonly seconds: number };

/** The local programs the CLI starts or asks, loaded only when they are needed. */
export interface LocalPrograms {
  /**
   * A token for `name` that allows `scopes` and lasts so many seconds, minutes unless said, from the key under the data
   * folder. @returns undefined where there is no key; none is made
   */
  mintToken(
    data_dir: string,
    name: string,
    scopes: readonly (Scope | WorkScope | AgentScope | typeof AGENT_SCOPE)[],
    seconds?: number,
  ): Promise<MintedToken | undefined>;
  /** Whether what listens at `endpoint` holds the key under the data folder. @throws what `fetch` throws */
  isOurs(data_dir: string, endpoint: string, fetch: typeof globalThis.fetch): Promise<boolean>;
  /**
   * A link into the console of the server at `endpoint` that signs `name` in once. @returns undefined where there is no
   * key, or what listens there does not hold it @throws what `fetch` throws
   */
  consoleLink(
    data_dir: string,
    endpoint: string,
    name: string,
    fetch: typeof globalThis.fetch,
  ): Promise<string | undefined>;
  startServer(options: {
    data_dir: string;
    port: number;
    live_enabled: boolean;
    registry_open: boolean;
    log_details: boolean;
    /** Patterns of hosts, and networks beside the public internet, that tools may reach. */
    allowed_hosts: readonly string[];
    slack_people: Readonly<Record<string, string>>;
    networks: readonly string[];
    /** Programs that may be run as MCP servers, each with its arguments and variables. */
    allowed_commands: readonly string[];
    /** Told in words what the start has to do, where that may take long. */
    tell?: (line: string) => void;
  }): Promise<{
    url: string;
    live_enabled: boolean;
    /** Signs a person in to the console: once, within minutes. */
    consoleLink(name: string): string;
    stop(): Promise<LeftOff | undefined>;
  }>;
}

/** The data folder itself. */
export interface LocalData {
  /** Copies it whole, also while a server has it, into a folder that is not there yet. @throws CliError where it cannot */
  backUp(data_dir: string, target: string): Promise<void>;
  /**
   * Takes over the database of an earlier version, while no server has it. @returns how many items it has, and where the files of that version are
   * kept @throws CliError where there is none, or it cannot be read
   */
  takeOver(data_dir: string, tell: (line: string) => void): Promise<{ items: number; kept_in: string }>;
}

/** The local secrets, by names that begin with their family. */
export interface LocalSecrets {
  /** @throws CliError (refused) for a name or a text that is none, or a file that others can read */
  setSecret(data_dir: string, name: string, text: string): Promise<void>;
  listSecrets(data_dir: string): Promise<readonly string[]>;
  /** @returns whether it was there */
  removeSecret(data_dir: string, name: string): Promise<boolean>;
}

/** Everything outside of the CLI's own logic: given, never taken, so that tests need no terminal. */
export type Context = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The person at the machine, as the operating system says. */
  readonly user: string;
  /** Lines on stdout, as long as anybody takes them. */
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
  /** Resolves when nobody takes what stdout says any more: what has no other end ends then. */
  readonly unread: Promise<void>;
  /** Resolves at Ctrl-C or a polite end. */
  readonly interrupted: () => Promise<void>;
  readonly readFile: (path: string) => Promise<string>;
  /** Stdin and stdout, for who speaks a protocol over them. */
  readonly pipes: () => { readonly input: Readable; readonly output: Writable };
  /** All of stdin. */
  readonly readStdin: () => Promise<string>;
  /** The bytes of a file; undefined where there is no such file. @throws CliError where that is a folder */
  readonly readBytes: (path: string) => Promise<Uint8Array | undefined>;
  /** The same of a file that was saved there: anything else, such as a pipe that nobody writes to, is none. */
  readonly readSaved: (path: string) => Promise<Uint8Array | undefined>;
  readonly isFile: (path: string) => Promise<boolean>;
  /** Names of what is in a folder; undefined where there is no such folder. */
  readonly readFolder: (path: string) => Promise<readonly string[] | undefined>;
  /**
   * Finds out whether a file, or files in a folder, can be written there, before anything else is done; leaves everything as
   * it is. @throws CliError (usage) that names the path and what is wrong
   */
  readonly mustBeWritable: (path: string, place: "file" | "folder") => Promise<void>;
  /** Writes a file, with the folders above it. @throws CliError (usage) that names the path and what is wrong */
  readonly writeFile: (path: string, content: Uint8Array) => Promise<void>;
  readonly local: LocalPrograms & LocalSecrets & LocalData;
};
