import type { Command } from "commander";
import { z } from "zod";
import { hostPatternFault } from "../../shared/contracts/binding/allowed-hosts.ts";
import { safeJson } from "../../shared/shown/untrusted.ts";
import { plural } from "../../shared/shown/words.ts";
import { type App, addCommand } from "../command.ts";
import type { LeftOff } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { noArguments, port, text } from "./options.ts";

const DEFAULT_PORT = 7717;

/** The executions that go on when the server is started again, for who has just ended it. */
const leftLines = ({ executions, calls }: LeftOff): string[] => [
  executions === 0
    ? "Stopped. Nothing was going on."
    : `Stopped. ${plural(executions, "execution")} ${executions === 1 ? "goes" : "go"} on when it is started again; what waits for people still waits.`,
  ...(calls === 0
    ? []
    : [`${plural(calls, "call")} had no answer yet: looked up or asked about then, as its contract says.`]),
];

const hostPattern = z.string().superRefine((pattern, refinement) => {
  const fault = hostPatternFault(pattern);
  if (fault !== undefined) refinement.addIssue({ code: "custom", message: `${pattern} ${fault}` });
});

/** `U012AB3CD=alice` as a pair. */
const slackPerson = z
  .string()
  .regex(/^[UW][A-Z0-9]{1,32}=.{1,128}$/u, "must be a member's id and a person, such as U012AB3CD=alice")
  .transform((pair): [string, string] => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]);

/** Whose click it is must not hang on which of two was named last. */
const eachMemberOnce = (people: readonly [string, string][], { addIssue }: z.RefinementCtx): void => {
  const members = people.map(([member]) => member);
  for (const [place, member] of members.entries()) {
    if (members.indexOf(member) === place) continue;
    addIssue({ code: "custom", message: `names ${member} twice: name each member once`, input: people });
  }
};

export const addStart = (program: Command, app: App): void =>
  addCommand(program, app, {
    usage: "start",
    summary: "start Buddy on this machine",
    teaches: `Starts the whole of Buddy on this machine: the same handlers and state machine as deployed, with a database and
files under --data. It survives being killed: start it again and it goes on where it was. LIVE stays off until --live
or \`buddy live on\`; calls then act on a sandbox, through workers, and on a real service only where its contract and
--allow-host both name its host, or where its MCP server is a program of --allow-stdio. Ends with Ctrl-C, and says what goes on when it is started again.`,
    examples: [
      "buddy start",
      "buddy start --live --open-registry",
      "buddy start --port 8080 --data /var/lib/buddy",
      "buddy start --live --allow-host '*.example.com'",
    ],
    exits: [EXIT.ok, EXIT.conflict],
    flags: [
      { flags: "--port <port>", says: `port on 127.0.0.1; 0 takes a free one (default: ${DEFAULT_PORT})` },
      { flags: "--live", says: "turn LIVE on" },
      { flags: "--open-registry", says: "take agents that are not registered at their word" },
      {
        flags: "--allow-host <pattern...>",
        says: "a host that tools may reach, such as crm.example.com or *.example.com; may be repeated (default: none)",
      },
      {
        flags: "--allow-network <network...>",
        says: "a network beside the public internet that tools may reach, such as 10.20.0.0/16 (default: none)",
      },
      {
        flags: "--allow-stdio <command...>",
        says: "a program that may be run as an MCP server, with its arguments and variables as `buddy servers add` names it (default: none)",
      },
      {
        flags: "--slack-person <member...>",
        says: "a member of Slack and the person whose clicks count as theirs, such as U012AB3CD=alice (default: none)",
      },
      { flags: "--log-details", says: "log errors with their words, which may quote arguments" },
    ],
    args: noArguments,
    options: z.object({
      port: port.default(DEFAULT_PORT),
      live: z.boolean().default(false),
      openRegistry: z.boolean().default(false),
      logDetails: z.boolean().default(false),
      allowHost: z.array(hostPattern).default([]),
      allowStdio: z.array(text).default([]),
      slackPerson: z.array(slackPerson).superRefine(eachMemberOnce).default([]),
      allowNetwork: z.array(z.union([z.cidrv4(), z.cidrv6()], "must be a network, such as 10.20.0.0/16")).default([]),
    }),
    run: async ({ context, json, data_dir, name }, _args, options) => {
      const server = await context.local.startServer({
        data_dir,
        port: options.port,
        live_enabled: options.live,
        registry_open: options.openRegistry,
        log_details: options.logDetails,
        allowed_hosts: options.allowHost,
        networks: options.allowNetwork,
        allowed_commands: options.allowStdio,
        slack_people: Object.fromEntries(options.slackPerson),
        ...(json ? {} : { tell: context.err }),
      });
      if (json) context.out(safeJson({ url: server.url, data_dir, live_enabled: server.live_enabled }));
      else {
        context.out(`Buddy listens on ${context.paint.bold(server.url)}, data in ${data_dir}`);
        const reach = ["sandbox", "workers", ...options.allowHost, ...options.allowStdio].join(", ");
        context.out(`Console: ${context.paint.bold(server.consoleLink(name ?? context.user))}`);
        context.out(`LIVE is ${server.live_enabled ? context.paint.green(`on (${reach})`) : "off"}. Ctrl-C ends it.`);
      }
      await context.interrupted();
      const left = await server.stop();
      if (!json && left !== undefined) for (const line of leftLines(left)) context.out(line);
      return EXIT.ok;
    },
  });
