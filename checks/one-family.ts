import type { ProjectFile } from "./project-files.ts";

const FAMILY = "shared/plan/surprise.ts";

/** Folders whose own errors are held to it. The client is a package of its own, and has one family of its own. */
const HELD = ["shared/", "functions/", "local/", "cli/", "infra/", "console/", "simulation/"];

/** Played errors: those that AWS, a network or a service would throw at the product, which are not its own. */
const PLAYED = ["simulation/scheduler/process.ts", "simulation/service/adapter.ts"];

/** The errors that the language has. */
const FORM = /\bclass (\w+) extends ((?:Aggregate|Eval|Range|Reference|Syntax|Type|URI)?Error)\b/;

/**
 * Classes that begin a family of errors of their own, as `path:line: what is wrong`: a log tells the errors of one
 * family alike, by a name that bundling does not shorten.
 */
export const checkOneFamily = (files: readonly ProjectFile[]): string[] =>
  files
    .filter(({ path }) => HELD.some((folder) => path.startsWith(folder)))
    .filter(({ path }) => path !== FAMILY && !PLAYED.includes(path))
    .flatMap(({ path, text }) =>
      text.split("\n").flatMap((line, place) => {
        const [, name, of] = FORM.exec(line) ?? [];
        return name === undefined ? [] : [`${path}:${place + 1}: ${name} extends ${of}: extend Surprise (${FAMILY})`];
      }),
    );
