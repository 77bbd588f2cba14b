import type { ProjectFile } from "./project-files.ts";

/** Where the project happens to stand now; none of it may be written into it. */
export type Machine = { readonly folder: string; readonly home: string; readonly hostname: string };

/** Where npm fetches from unless told otherwise; it may also leave `resolved` out. */
const DEFAULT_REGISTRY = "https://registry.npmjs.org/";

const PERSONAL_FOLDER = /(?<![\w.])(?:\/(?:home|Users)\/[A-Za-z]|[A-Z]:\\Users\\)/;

/**
 * Lines that speak of a machine instead of the project: folders of people, the place it is checked out to, this
 * machine's name; and packages that the lockfile would fetch from anywhere but npm's default registry.
 * @returns `path:line: what is wrong`
 */
export const checkOwnWords = (files: readonly ProjectFile[], machine: Machine): string[] =>
  files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, place) => {
      const at = `${path}:${place + 1}`;
      const wrong = path.endsWith("package-lock.json") ? registryFault(line) : machineFault(line, machine);
      return wrong === undefined ? [] : [`${at}: ${wrong}`];
    }),
  );

const registryFault = (line: string): string | undefined => {
  // A workspace is resolved to its folder.
  const resolved = /"resolved": "([a-z+]+:[^"]*)"/.exec(line)?.[1];
  if (resolved === undefined || resolved.startsWith(DEFAULT_REGISTRY)) return undefined;
  return `fetches from ${resolved}, not from npm's default registry`;
};

const machineFault = (line: string, { folder, home, hostname }: Machine): string | undefined => {
  if (PERSONAL_FOLDER.test(line)) return "names a person's folder";
  // A name of one part ("/app", "server") is too common a word to look for.
  if (isTelling(folder) && line.includes(folder)) return "names the folder it is checked out to";
  if (isTelling(home) && line.includes(home)) return "names the home folder of this machine";
  if (hostname.length >= 8 && hostname !== "localhost" && line.includes(hostname)) return "names this machine";
  return undefined;
};

const isTelling = (path: string): boolean => path.split(/[\\/]/).filter((part) => part !== "").length >= 2;
