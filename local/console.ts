import type { ServedConsole } from "../functions/api/console/serve-console.ts";

/**
 * The console of this machine, bundled from its sources when somebody first opens it: a start has better things to do.
 * A bundle that failed is tried again by the next who asks.
 */
export const localConsole = (): ServedConsole => {
  let made: ReturnType<ServedConsole["files"]> | undefined;
  return {
    config: { sign_in: { kind: "link" } },
    files: () => {
      made ??= import("../bundling/console.ts")
        .then(({ bundleConsole }) => bundleConsole())
        .catch((error: unknown) => {
          made = undefined;
          throw error;
        });
      return made;
    },
  };
};
