/**
 * The server of contacts as a program: it is told how to behave by the file named first, writes what happened to the
 * second, and mixes noise into its stdout, as programs do.
 */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { contactsServer, emptyContacts, type McpMisbehaviour } from "./mcp-contacts.ts";

const [, , plans = "", effects = ""] = process.argv;
console.log("starting up, please wait");
console.log(JSON.stringify({ level: "info", message: "not a message of the protocol" }));
console.error(`the program says hello to ${process.env.CONTACTS_TOKEN ?? "nobody"}`);

const known = (line: string): McpMisbehaviour[] =>
  line === "error_after_acting" || line === "dies_after_acting" || line === "silent_after_acting" ? [line] : [];
const told = readFileSync(plans, "utf8").split("\n").flatMap(known);
// An order that it was given holds once, however often it is started.
writeFileSync(plans, "");

const store = emptyContacts();
store.contacts.set("c1", { stage: "new", note: null });
store.plans.push(...told);
store.effects.push = (...done) => {
  appendFileSync(effects, `${done.join("\n")}\n`);
  return done.length;
};
serveStdio(() => contactsServer(store, () => process.exit(3)));
