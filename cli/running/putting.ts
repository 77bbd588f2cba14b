import type { Json } from "../../shared/plan/json.ts";
import type { Result } from "../../shared/plan/result.ts";

export type Put = {
  readonly raw: Json;
  readonly lines: readonly string[];
  /** It waits for a second person. */
  readonly waits: boolean;
};

export type Putting = {
  /** The list's name in the file. */
  readonly list: string;
  /** The name of an item, or in words why it has none. */
  nameOf(item: Json): Result<string, string>;
  /** Whether two items of one name contradict each other, whatever they say. */
  readonly once: boolean;
  /** Another form that the file may have; undefined where it has not. */
  readonly listed?: (value: Json) => readonly Json[] | undefined;
  /** Looks at one and keeps nothing; `before`: those of the file that will be kept by then. @throws ApiProblem */
  check(name: string, item: Json, before: ReadonlyMap<string, Json>): Promise<void>;
  put(name: string, item: Json): Promise<Put>;
};

export type Item = { readonly name: string; readonly item: Json };
