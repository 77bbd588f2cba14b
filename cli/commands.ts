import type { Command } from "commander";
import type { App } from "./command.ts";

type Add = (program: Command, app: App) => void;

/**
 * The first word of each command, in the order of the help, with the module that adds it. A run loads the one module
 * that it needs: all of them together take several times as long as most commands do.
 */
export const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  start: async () => (await import("./commands/start.ts")).addStart,
  console: async () => (await import("./commands/console.ts")).addConsole,
  run: async () => (await import("./commands/run.ts")).addRun,
  follow: async () => (await import("./commands/run.ts")).addFollow,
  watch: async () => (await import("./commands/watch.ts")).addWatch,
  call: async () => (await import("./commands/call.ts")).addCall,
  mcp: async () => (await import("./commands/mcp.ts")).addMcp,
  status: async () => (await import("./commands/status.ts")).addStatus,
  approvals: async () => (await import("./commands/approvals.ts")).addApprovals,
  approve: async () => (await import("./commands/approve.ts")).addApprove,
  edit: async () => (await import("./commands/decide.ts")).addEdit,
  reject: async () => (await import("./commands/approve.ts")).addReject,
  reconcile: async () => (await import("./commands/decide.ts")).addReconcile,
  settle: async () => (await import("./commands/decide.ts")).addSettle,
  extend: async () => (await import("./commands/decide.ts")).addExtend,
  away: async () => (await import("./commands/away.ts")).addAway,
  names: async () => (await import("./commands/names.ts")).addNames,
  abort: async () => (await import("./commands/control.ts")).addAbort,
  resume: async () => (await import("./commands/resume.ts")).addResume,
  rollback: async () => (await import("./commands/control.ts")).addRollback,
  lock: async () => (await import("./commands/locks.ts")).addLock,
  unlock: async () => (await import("./commands/locks.ts")).addUnlock,
  live: async () => (await import("./commands/system.ts")).addLive,
  system: async () => (await import("./commands/system.ts")).addSystem,
  health: async () => (await import("./commands/system.ts")).addHealth,
  metrics: async () => (await import("./commands/system.ts")).addMetrics,
  signals: async () => (await import("./commands/system.ts")).addSignals,
  contracts: async () => (await import("./commands/registries.ts")).addContracts,
  tools: async () => (await import("./commands/tools.ts")).addTools,
  agents: async () => (await import("./commands/agents.ts")).addAgents,
  secrets: async () => (await import("./commands/secrets.ts")).addSecrets,
  servers: async () => (await import("./commands/servers.ts")).addServers,
  webhooks: async () => (await import("./commands/webhooks.ts")).addWebhooks,
  memory: async () => (await import("./commands/knowledge.ts")).addMemory,
  goals: async () => (await import("./commands/knowledge.ts")).addGoals,
  workers: async () => (await import("./commands/workers.ts")).addWorkers,
  events: async () => (await import("./commands/records.ts")).addEvents,
  artifacts: async () => (await import("./commands/records.ts")).addArtifacts,
  verify: async () => (await import("./commands/verify.ts")).addVerify,
  backup: async () => (await import("./commands/data.ts")).addBackup,
  data: async () => (await import("./commands/data.ts")).addData,
};

/** Those of the options that every command takes which are followed by a value. */
const WITH_VALUE = ["--endpoint", "--as", "--data"];

/** The first word of a command line that is neither an option nor the value of one. */
const firstWord = (argv: readonly string[]): string | undefined =>
  argv.find((word, place) => !word.startsWith("-") && !WITH_VALUE.includes(argv[place - 1] ?? ""));

/**
 * The modules that add what a command line (without the names of node and program) names. A line that names none, or one that
 * is not there, gets all of them: help lists them, and a wrong name is answered with a near one.
 */
export const commandsFor = async (argv: readonly string[]): Promise<readonly Add[]> => {
  const word = firstWord(argv) ?? "";
  if (word === "" && argv.includes("--version")) return [];
  const named = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  return Promise.all(named === undefined ? Object.values(COMMANDS).map((load) => load()) : [named()]);
};
