import type { ServedConsole } from "../functions/api/console/serve-console.ts";
import { packedConsole } from "./packed-console.ts";

/** Of this process: servers that follow one another serve the same. */
let made: ReturnType<ServedConsole["files"]> | undefined;

/**
 * The console of this machine, bundled from its sources when somebody first opens it, unless it came bundled: a start
 * has better things to do.
 * A bundle that failed is tried again by the next who asks.
 */
export const localConsole = (): ServedConsole => ({
  config: { sign_in: { kind: "link" } },
  files: () => {
    made ??= packedConsole()
      .then(async (packed) => packed ?? (await import("../bundling/console.ts")).bundleConsole())
      .catch((error: unknown) => {
        made = undefined;
        throw error;
      });
    return made;
  },
});
