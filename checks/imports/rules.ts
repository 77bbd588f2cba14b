import type { FolderRule } from "./folder-rule.ts";
import type { Import } from "./read-imports.ts";
import { ROOMS } from "./rooms.ts";
import { STAGES } from "./stages.ts";

/** Pure libraries and hashing: no AWS SDK, no clock, no randomness, no I/O. */
const PURE = [
  "zod",
  "ajv",
  "ajv-formats",
  "canonicalize",
  "fastest-levenshtein",
  "jstat",
  "regjsparser",
  "node:crypto",
];

const stageRules: FolderRule[] = STAGES.map((stage, place) => ({
  folder: `shared/${stage}/`,
  allows: STAGES.slice(0, place + 1).map((earlier) => `shared/${earlier}/`),
  packages: PURE,
}));

/** The first rule whose folder a file is in counts. */
export const RULES: readonly FolderRule[] = [
  // A contract holds a binding, so a binding knows no contract; the rules of both together are in `bound/`.
  {
    folder: "shared/contracts/binding/",
    allows: ["shared/contracts/binding/", "shared/plan/"],
    packages: PURE,
  },
  ...stageRules,
  // Values and texts of others as a person reads them, on a terminal and on a page.
  { folder: "shared/shown/", allows: ["shared/shown/", "shared/plan/"], packages: [] },
  // Ports are types, and the errors they promise.
  { folder: "shared/ports/", allows: ["shared/ports/", "shared/plan/surprise.ts"], types: ["shared/"], packages: [] },
  { folder: "shared/", allows: [], packages: [] },
  ...ROOMS,
  // Files beside the rooms: the ports in one type, and what is said of them in the log.
  {
    folder: "functions/",
    allows: ["functions/deps.ts", "functions/observing.ts", "shared/"],
    types: ["functions/tools/timer.ts"],
  },
  { folder: "local/database/", allows: ["local/database/", "functions/", "shared/"] },
  { folder: "local/", allows: ["local/", "functions/", "shared/"], dynamic: ["bundling/console.ts"] },
  // A client of the API that runs in a browser: of the API it knows the shapes, of `shared/` what is pure.
  {
    folder: "console/",
    allows: ["console/", "shared/"],
    types: ["functions/api/schemas.ts", "functions/api/console/console-config.ts"],
    packages: ["preact", "@noble/hashes"],
  },
  // Sources become files: of the deployment's functions, and of the console on both hosts.
  {
    folder: "bundling/",
    allows: ["bundling/", "functions/api/console/console-file.ts", "functions/api/console/stored-files.ts"],
  },
  // Of the packed package, the same compiled.
  {
    folder: "cli/",
    allows: ["cli/", "shared/", "package.json"],
    dynamic: [
      "dist/cli/buddy.js",
      "local/server.ts",
      "local/tokens.ts",
      "local/proof.ts",
      "local/sign-in.ts",
      "local/secrets-file.ts",
      "local/take-over.ts",
      "local/backup.ts",
      "functions/adapters/files/make-folder.ts",
    ],
  },
  // Handlers are named by path there, not imported; alarms and the dashboard share the names of what is measured.
  {
    folder: "infra/",
    allows: [
      "infra/",
      "bundling/",
      "cdk.json",
      "shared/health/telemetry.ts",
      "shared/contracts/binding/allowed-hosts.ts",
      "shared/plan/surprise.ts",
      "shared/scopes.ts",
      "shared/api-headers.ts",
      "shared/contracts/binding/worker/worker-binding.ts",
    ],
    types: ["functions/api/console/console-config.ts"],
  },
  // A program of somebody else's: it takes nothing of the product, and of a framework only what its adapter needs.
  {
    folder: "clients/typescript/src/",
    allows: ["clients/typescript/src/"],
    packages: ["node:crypto", "ai", "@langchain/core", "@langchain/langgraph", "@openai/agents-core", "@mastra/core"],
  },
  { folder: "clients/typescript/", allows: [""] },
  // A team would write them: they take nothing of the product.
  { folder: "examples/", allows: ["examples/"] },
  // The same wiring as on one machine, under a scheduler of its own; of the deployment only the names of its functions.
  { folder: "simulation/", allows: ["simulation/", "local/", "functions/", "shared/", "infra/handlers.ts"] },
  // A server of one machine that a public suite is played against.
  { folder: "packaging/conformance/", allows: ["packaging/conformance/", "local/", "shared/"] },
  // Compiles and bundles by path; imports only what names the files.
  {
    folder: "packaging/",
    allows: ["packaging/", "infra/", "package.json"],
  },
  // A client of what is deployed, which is held against one machine, and spoken to by the same clients.
  { folder: "e2e/", allows: ["e2e/", "local/", "functions/", "shared/", "test/harness/mcp-clients.ts"] },
  // Of the deployment only the names of its functions, the memory they are given and the size of their code.
  {
    folder: "bench/",
    allows: [
      ...["bench/", "checks/", "simulation/", "local/", "functions/", "shared/"],
      ...["infra/handlers.ts", "infra/bundle-size.ts", "bundling/console.ts"],
    ],
  },
  // Tables of a document are counted by the benchmark.
  {
    folder: "checks/",
    allows: [
      "checks/",
      "infra/",
      "functions/",
      "shared/",
      "bench/cost/document.ts",
      "bench/cost/count-execution.ts",
      "simulation/invariants/",
    ],
  },
  { folder: "test/", allows: [""] },
  { folder: "", allows: [] },
];

/** Handlers, and what several of them are put together from. */
const PUTS_TOGETHER = /(?:[.-]handler|\/aws-[\w-]+)\.ts$/;

/** @returns what is wrong with an import, in words, or undefined when a rule allows it. */
export const violationOf = (each: Import, rules: readonly FolderRule[] = RULES): string | undefined => {
  const rule = rules.find(({ folder }) => each.from.startsWith(folder));
  if (rule === undefined) return `no rule says what ${each.from} may import`;
  if (each.to === "<computed>") return "imports what only the running program knows: no rule can be checked";
  if (!each.internal) return packageViolation(each, rule);
  if (isUnder(rule.allows, each.to)) return undefined;
  if (PUTS_TOGETHER.test(each.from) && isUnder(rule.handlers ?? [], each.to)) return undefined;
  if (isUnder(rule.types ?? [], each.to)) {
    return each.kind === "type" ? undefined : `may import only types from ${each.to}`;
  }
  if ((rule.dynamic ?? []).includes(each.to)) {
    return each.kind === "dynamic" ? undefined : `must load ${each.to} with import(), only when it is needed`;
  }
  return `${rule.folder === "" ? "a file beside the folders" : rule.folder} must not import ${each.to}`;
};

const packageViolation = (each: Import, { packages, folder }: FolderRule): string | undefined => {
  if (packages === undefined) return undefined;
  const known = packages.some((name) => each.to === name || each.to.startsWith(`${name}/`));
  return known ? undefined : `${folder} is pure and must not import ${each.to}`;
};

const isUnder = (folders: readonly string[], path: string): boolean =>
  folders.some(
    (folder) => folder === path || (folder === "" || folder.endsWith("/") ? path.startsWith(folder) : false),
  );
