import type { Command } from "commander";
import { definitionDigest } from "../../shared/contracts/binding/mcp/definition-review.ts";
import { definitionChanges, toolDefinition } from "../../shared/contracts/binding/mcp/tool-definition.ts";
import type { Json } from "../../shared/plan/json.ts";
import { printable, safeJson } from "../../shared/shown/untrusted.ts";
import { plural } from "../../shared/shown/words.ts";
import { everyContract } from "../client/every-contract.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { unreadableLines } from "../render/labels.ts";
import type { ServerReply } from "../replies/registries.ts";
import { documentOf, namedBy, putAll } from "../running/put-all.ts";
import type { Put } from "../running/putting.ts";
import { type Session, say, show } from "../session.ts";
import { maybeOneArgument, noArguments, noOptions, oneArgument } from "./options.ts";

const ABOUT = `MCP servers whose tools contracts may name. One that contracts name stays where it is: where their calls go is part of what
was approved.`;

const serverLine = (each: ServerReply): string =>
  `${each.server}  ${each.kind}  ${each.url ?? [each.command, ...(each.args ?? [])].join(" ")}${passing(each)}`;

/** How the tools of one server differ from what was reviewed or accepted, in words. */
const differences = async ({ api }: Session, server: string): Promise<string[]> => {
  const { tools: offered, left_out } = (await api.serverTools(server)).value;
  const { contracts } = (await everyContract(api)).value;
  const of = contracts.map(async ({ tool_name, binding }): Promise<string[]> => {
    if (binding?.kind !== "mcp" || binding.server !== server) return [];
    const { definitions } = (await api.definitions(tool_name)).value;
    const accepted = new Set(definitions.flatMap((each) => each.accepted.map(({ definition }) => definition)));
    return (binding.pins ?? []).flatMap((pinned) => {
      const pin = toolDefinition.parse(pinned);
      const unfit = left_out.find(({ name }) => name === pin.name);
      if (unfit !== undefined)
        return [`${tool_name}: the server describes ${pin.name} so that nobody can call it: ${unfit.why}`];
      const now = offered.find(({ name }) => name === pin.name);
      if (now === undefined) return [`${tool_name}: the server has no tool ${pin.name} any more`];
      const is = toolDefinition.parse(now);
      if (accepted.has(definitionDigest(is))) return [];
      return definitionChanges(pin, is).map(
        ({ part, was, is }) =>
          `${tool_name}: ${part} of ${pin.name} was ${JSON.stringify(was)} and is ${JSON.stringify(is)}`,
      );
    });
  });
  return (await Promise.all(of)).flat();
};

const putServer =
  ({ api }: Session) =>
  async (name: string, item: Json): Promise<Put> => {
    const { raw, value, printable: shown } = await api.putServer(name, item);
    const line = `${shown.server.server} is registered${value.unchanged ? ", as before" : ""}`;
    return { raw, lines: [line], waits: false };
  };

const passing = ({ passes_on }: ServerReply): string => {
  const kinds = [...(passes_on?.prompts ? ["prompts"] : []), ...(passes_on?.resources ? ["resources"] : [])];
  return kinds.length === 0 ? "" : `  passes on its ${kinds.join(" and ")}`;
};

export const addServers = (program: Command, app: App): void => {
  const servers = program.command("servers").summary("MCP servers that tools are called at").description(ABOUT);
  addCommand(servers, app, {
    usage: "add <file>",
    summary: "register MCP servers",
    teaches: `<file> holds one server, an array, or {"servers": [...]}: {"server": "crm", "kind": "http", "url": "https://...", "auth": {"as": "bearer",
"secret": "crm"}}, or {"kind": "stdio", "command": "npx", "args": [...], "env": {"TOKEN": "crm"}} on one machine. Its host, or exactly that
program, must be allowed by who started Buddy. "passes_on": {"prompts": true, "resources": true, "required_permissions": [...]} lets
agents with these permissions read its prompts and resources through /mcp. Of several all are looked at before the first is stored: a fault in
one stores none.`,
    examples: ["buddy servers add crm-server.json"],
    exits: [EXIT.ok, EXIT.refused, EXIT.conflict],
    args: oneArgument,
    options: noOptions,
    run: async (session, [path]) => {
      const put = putServer(session);
      const check = async (name: string, item: Json) => void (await session.api.checkServer(name, item));
      const done = await putAll(session, path, { list: "servers", ...namedBy("server"), check, put });
      if (session.json) session.context.out(safeJson(documentOf(done), 2));
      return EXIT.ok;
    },
  });
  addCommand(servers, app, {
    usage: "list",
    summary: "all registered MCP servers",
    teaches: "With where they are. Credentials are shown by the names of secrets.",
    examples: ["buddy servers list"],
    exits: [EXIT.ok],
    args: noArguments,
    options: noOptions,
    run: async (session) => {
      show(session, await session.api.servers(), ({ servers: known, unreadable = [] }) => [
        ...(known.length === 0 ? ["No servers are registered."] : known.map(serverLine)),
        ...unreadableLines(unreadable, "server"),
      ]);
      return EXIT.ok;
    },
  });
  addCommand(servers, app, {
    usage: "remove <server>",
    summary: "remove one that no contract names",
    teaches: "Contracts that name it are given another binding first.",
    examples: ["buddy servers remove crm"],
    exits: [EXIT.ok, EXIT.not_found, EXIT.conflict],
    args: oneArgument,
    options: noOptions,
    run: async (session, [server]) => {
      show(session, await session.api.removeServer(server), ({ removed }) => [`${removed} is removed`]);
      return EXIT.ok;
    },
  });
  addCommand(servers, app, {
    usage: "check [server]",
    summary: "whether tools are still what was reviewed",
    teaches: `Asks each server for its tools and compares them with the pins of the contracts that call them. A tool that differs is not
called: who has read the difference accepts it (buddy contracts accept), or imports it again and adds the new version. One that was
accepted counts as reviewed.`,
    examples: ["buddy servers check", "buddy servers check crm"],
    exits: [EXIT.ok, EXIT.refused, EXIT.not_found, EXIT.conflict],
    args: maybeOneArgument,
    options: noOptions,
    run: async (session, [only]) => {
      const names =
        only === undefined ? (await session.api.servers()).value.servers.map(({ server }) => server) : [only];
      const found: { server: string; differences: string[] }[] = [];
      for (const server of names) found.push({ server, differences: await differences(session, server) });
      if (session.json) session.context.out(safeJson(found, 2));
      for (const { server, differences: lines } of found) {
        say(
          session,
          lines.length === 0 ? `${server}: as it was reviewed` : `${server}: ${plural(lines.length, "difference")}`,
        );
        for (const line of lines) say(session, `  ${printable(line)}`);
      }
      return found.some((each) => each.differences.length > 0) ? EXIT.refused : EXIT.ok;
    },
  });
};
