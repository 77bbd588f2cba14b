import type { BodyRef } from "../execution/record/step-record.ts";
import type { Json } from "../plan/json.ts";
import { Surprise } from "../plan/surprise.ts";
import type { Moved } from "./contention.ts";

/** A body is not where its reference says, or is not what was written. Not retryable. */
export class BodyLost extends Surprise {
  override readonly name = "BodyLost";
  readonly why: "missing" | "changed";
  constructor(key: string, why: "missing" | "changed") {
    super(`body ${key} is ${why}`);
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

/** Named files of an execution: its artifacts and their manifest. */
export interface ArtifactFiles {
  /** The tags of the files as they stand now: by name, a tag that is another one after every write. */
  tags(execution_id: string): Promise<ReadonlyMap<string, string>>;
  /**
   * Writes the file if what stands under its name is still what was seen there: the tag, or null for nothing. Earlier
   * versions are kept where the store keeps versions.
   * @returns "moved" when somebody else has written it since; also when an answer was lost and the write repeated
   */
  write(execution_id: string, name: string, content: string, seen: string | null): Promise<"written" | Moved>;
  /** @returns undefined when there is no such file. */
  read(execution_id: string, name: string): Promise<string | undefined>;
  /** Names, sorted. */
  list(execution_id: string): Promise<string[]>;
}
