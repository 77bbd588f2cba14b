import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Surprise } from "../shared/plan/surprise.ts";

/** The bundles were to come with the package, and this is not the package. */
export class NoBundles extends Surprise {
  override readonly name = "NoBundles";
  constructor(folder: string) {
    super(
      `there are no bundles of handlers in ${folder}: they come with the packed package (npm pack); from its sources, bundle them with bundleHandlers and name the folder as codeRoot, as infra/app.ts does`,
    );
  }
}

const folder = fileURLToPath(new URL("../handlers", import.meta.url));

/**
 * The folder of the bundles that the package brings, one folder a handler in it.
 * @throws NoBundles
 */
export const packagedBundles = (): string => {
  if (!existsSync(folder)) throw new NoBundles(folder);
  return folder;
};
