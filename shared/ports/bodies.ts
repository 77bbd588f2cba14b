import type { BodyRef } from "../execution/step-record.ts";
import type { Json } from "../plan/json.ts";

/** A body is not where its reference says, or is not what was written. Not retryable. */
export class BodyLost extends Error {
  readonly why: "missing" | "changed";
  constructor(key: string, why: "missing" | "changed") {
    super(`body ${key} is ${why}`);
    this.name = "BodyLost";
    this.why = why;
  }
}

/** Immutable JSON bodies (S3, or files on one machine). Writing the same body twice is writing it once. */
export interface Bodies {
  /** @returns a reference whose digest seals the value. */
  put(prefix: string, value: Json): Promise<BodyRef>;
  /** @throws BodyLost */
  get(ref: BodyRef): Promise<Json>;
}

/** Named files of an execution: the seven artifacts and their manifest. */
export interface ArtifactFiles {
  /** Replaces a file of that name; earlier versions are kept where the store keeps versions. */
  write(execution_id: string, name: string, content: string): Promise<void>;
  /** @returns undefined when there is no such file. */
  read(execution_id: string, name: string): Promise<string | undefined>;
  list(execution_id: string): Promise<string[]>;
}
