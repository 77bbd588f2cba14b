import { ToolsNotGoverned } from "../errors.ts";
import type { WorkerTool } from "./tool.ts";
import type { Worker, WorkerOptions } from "./worker.ts";

/** A tool's code under its name; `code` tells one from another. */
export type Served = { readonly name: string; readonly code: object; readonly tool: WorkerTool };

/**
 * The tools of one connection whose code this process runs. A call may be done long after it was asked for, or for another
 * process that asked, so a name stands for one code: two lists may hold the same tool, not two tools of one name.
 */
export class Serving {
  readonly #start: (options: WorkerOptions) => Worker;
  readonly #served = new Map<string, { readonly code: object; readonly worker: Worker }>();

  constructor(start: (options: WorkerOptions) => Worker) {
    this.#start = start;
  }

  /** @returns the workers that do them. @throws ToolsNotGoverned */
  serve(tools: readonly Served[]): readonly Worker[] {
    const taken = tools.filter(({ name, code }) => (this.#served.get(name)?.code ?? code) !== code);
    if (taken.length > 0) {
      throw new ToolsNotGoverned(
        taken.map(({ name: tool }) => ({
          tool,
          why: "this connection serves another tool of that name already",
          remedy: "make the tool once, and give the same one to each list",
        })),
      );
    }
    const added = tools.filter(({ name }) => !this.#served.has(name));
    if (added.length > 0) {
      const worker = this.#start({ tools: Object.fromEntries(added.map(({ name, tool }) => [name, tool])) });
      for (const { name, code } of added) this.#served.set(name, { code, worker });
    }
    return [...new Set(tools.flatMap(({ name }) => this.#served.get(name)?.worker ?? []))];
  }
}
