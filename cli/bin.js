#!/usr/bin/env -S node --expose-gc --max-semi-space-size=8 --heap-growing-percent=30
// Plain JavaScript that any Node can parse: it finds a Node that runs the TypeScript sources (24 or newer) and starts the CLI there.
// The flags are for the server: V8 lets the space for what was just made grow to 128 MiB, more than 5,000 waiting
// executions take in the heap, and the rest to several times what is used; with less it takes no more time. The heap
// that V8 keeps even so, the server gives back when it comes to rest (local/give-back-memory.ts), for which it needs
// gc().
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module, { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED = 24;
const here = dirname(fileURLToPath(import.meta.url));
/** The packed package holds no sources: Node erases no types below node_modules. */
const fromSources = existsSync(join(here, "buddy.ts"));
const major = Number(process.versions.node.split(".")[0]);

/** The Node that the lockfile installs for this platform, or undefined where there is none. */
const bundledNode = () => {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    return join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
  } catch {
    return undefined;
  }
};

/**
 * Node keeps what it compiled, types erased, and the next run takes half the processor time. The folder is this user's
 * own: the one that Node would take is any user's to write. Where there can be none, it compiles each time.
 */
const keepWhatIsCompiled = () =>
  module.enableCompileCache(
    process.env.NODE_COMPILE_CACHE ??
      join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "buddy", "compiled"),
  );

/** Runs this file under another Node: its exit code or signal becomes ours, signals sent to us reach it. */
const runUnder = (node) => {
  const child = spawn(node, [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];
  // Ctrl-C on a terminal reaches the child by itself; sent once more, it would count as a second one.
  const reachesChild = (signal) => signal === "SIGINT" && process.stdin.isTTY;
  for (const signal of signals) process.on(signal, () => reachesChild(signal) || child.kill(signal));
  child.on("error", (error) => {
    console.error(`buddy: cannot start ${node}: ${error.message}`);
    process.exit(70);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 70);
    for (const known of signals) process.removeAllListeners(known);
    process.kill(process.pid, signal);
  });
};

if (major >= NEEDED) {
  keepWhatIsCompiled();
  await (fromSources ? import("./buddy.ts") : import("../dist/cli/buddy.js"));
} else {
  const node = bundledNode();
  if (node === undefined) {
    console.error(
      `buddy needs Node ${NEEDED} or newer; this is Node ${process.versions.node}, and no newer one came with the installation for ${process.platform}-${process.arch}.\nInstall Node ${NEEDED} (https://nodejs.org), or run "npm ci" without --omit=optional.`,
    );
    process.exit(70);
  }
  runUnder(node);
}
