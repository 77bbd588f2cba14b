import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";

const line = z.union([z.object({ starting: z.number() }), z.object({ url: z.string(), world: z.string() })]);
export type Listening = { readonly url: string; readonly world: string };

/** The sequel of a kill: nothing, or another kill in the moment in which the next process begins. */
export type Blow = "while_running" | "while_starting_too";

/** One server over one folder, through any number of deaths. */
export class ServerProcess {
  /** Deaths so far. */
  kills = 0;
  #listening: Promise<Listening>;
  #child: ChildProcess | undefined;
  #everListened = false;
  readonly #args: readonly string[];

  /** `args`: of `serve.ts`, the folder first. */
  constructor(args: readonly string[]) {
    this.#args = args;
    this.#listening = this.#start(false);
  }

  /** Where it listens; waits while it is dead. */
  listening(): Promise<Listening> {
    return this.#listening;
  }

  /** Kills it where it stands, and starts it anew on the same folder. */
  strike(blow: Blow): void {
    const dying = this.#child;
    this.#listening = this.#kill(dying).then(() => this.#start(blow === "while_starting_too"));
    // The next who asks sees the failure; nobody may have asked yet.
    this.#listening.catch(() => {});
  }

  async end(): Promise<void> {
    await this.#listening;
    await this.#kill(this.#child);
    this.kills -= 1;
  }

  /** Ends it, wherever it stands, and counts no death. */
  async abandon(): Promise<void> {
    await this.#listening.catch(() => {});
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  async #kill(child: ChildProcess | undefined): Promise<void> {
    if (child === undefined) return;
    this.kills += 1;
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the server ended by itself (${child.exitCode ?? child.signalCode})`);
    }
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  async #start(struckAtOnce: boolean): Promise<Listening> {
    const args = [join(import.meta.dirname, "serve.ts"), ...this.#args];
    const child = spawn(process.execPath, this.#everListened ? args : [...args, "first"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#child = child;
    for await (const text of createInterface({ input: child.stdout })) {
      const told = line.parse(JSON.parse(text));
      if ("url" in told) {
        this.#everListened = true;
        return told;
      }
      if (struckAtOnce) {
        await this.#kill(child);
        return this.#start(false);
      }
    }
    throw new Error("the server ended before it listened");
  }
}
