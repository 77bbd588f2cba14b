/** The fate of one port call. */
export type CallFate = "done" | "dies_before" | "dies_after" | "reply_lost" | "throttled";

/** The fate of one task that the engine starts. `abandoned`: the engine sees a failure while the function goes on. */
export type TaskFate = "runs" | "never_starts" | "twice" | "abandoned";

/**
 * The fate of one call of the outside world. `before` and `after` stand for: without and with its effect; `strange`
 * for an answer that nobody would expect, or that nothing could keep as it is.
 */
export type ServiceFate =
  | "commits"
  | "rejects"
  | "silent_before"
  | "silent_after"
  | "throws_before"
  | "throws_after"
  | "late"
  | "vague"
  | "strange_answer"
  | "strange_refusal"
  | "throws";

export type PortCall = { readonly process: string; readonly label: string; readonly writes: boolean };

/** Everything that can go wrong, asked at each place where something can. */
export interface Hazards {
  call(call: PortCall): CallFate;
  /** Milliseconds that a port call waits before it may take a turn; 0 for none. */
  delay(call: PortCall): number;
  task(state: string): TaskFate;
  service(tool_name: string, side: "forward" | "compensation" | "look_up"): ServiceFate;
  /** Milliseconds by which a new process's clock is wrong. */
  skew(): number;
  /** Milliseconds by which the index lags behind the table. */
  indexLag(): number;
  /** From here on everything works: what is promised then is that everything ends. */
  readonly over: boolean;
  stop(): void;
}
