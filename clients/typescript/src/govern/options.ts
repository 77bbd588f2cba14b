import type { Buddy } from "../connect.ts";
import type { Arguments, WorkerTool } from "../worker/tool.ts";

/** A call as a model proposes it. */
export type Proposed = { readonly tool: string; readonly arguments: Arguments };

export type GovernOptions = {
  /** With the agent that asks, its token, and one of the group of workers that the tools' contracts name. */
  readonly buddy: Buddy;
  /**
   * For how long a call that waits keeps the agent waiting, in seconds: 20 unless said, 0 not at all, `Infinity` until it has
   * ended. After that the model is told that it waits; the same call again gets what became of it.
   */
  readonly waitSeconds?: number | ((call: Proposed) => number);
  /** How sure the agent is of a call, 0 to 1; what the registry says of the agent where nothing is said. */
  readonly confidence?: number | ((call: Proposed) => number | undefined);
  /** The agent's aim, quoted to the person who decides. */
  readonly goal?: string;
  /** Why it wants a call; quoted likewise. */
  readonly rationale?: (call: Proposed) => string | undefined;
  /**
   * A name for this conversation or run, unique for ever. A tool call that the framework makes once more under the same id, as
   * after a crash, is answered for the first one then, also long after that has ended.
   */
  readonly conversation?: string;
  /**
   * Told why a call that was taken, or may have been, cannot be asked about, such as a token that is over: its model can do
   * nothing about it, and is told how the call stands. `process.emitWarning` unless said.
   */
  readonly onProblem?: (error: Error) => void;
  /** The code that a contract's binding promises beside the call, by the tool's name: previews, undoing, looking up. */
  readonly beside?: Readonly<Record<string, Omit<WorkerTool, "call" | "reads">>>;
};
