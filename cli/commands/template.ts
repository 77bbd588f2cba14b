import type { Command } from "commander";
import { z } from "zod";
import { leftOpen } from "../../shared/contracts/templates/contract-template.ts";
import { CONTRACT_TEMPLATES, contractFrom, templateOf } from "../../shared/contracts/templates/index.ts";
import { json } from "../../shared/plan/json.ts";
import { safeJson } from "../../shared/shown/untrusted.ts";
import { CliError } from "../client/problem.ts";
import { type App, addCommand } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { type Session, say } from "../session.ts";
import { maybeOneArgument } from "./options.ts";

const options = z.object({ set: z.array(z.string()).default([]), out: z.string().optional() });
type Options = z.infer<typeof options>;

/** `name=value`, as many as were given. */
const givenIn = (pairs: readonly string[]): { [name: string]: string } =>
  Object.fromEntries(
    pairs.map((pair) => {
      const [name = "", ...value] = pair.split("=");
      if (name === "" || value.length === 0) throw new CliError(`--set takes name=value, not ${pair}`, EXIT.usage);
      return [name, value.join("=")];
    }),
  );

const listed = (session: Session): ExitCode => {
  const rows = CONTRACT_TEMPLATES.map(({ tool_name, fill_in }) => ({ tool_name, fill_in: Object.keys(fill_in) }));
  if (session.json) session.context.out(safeJson(rows, 2));
  for (const { tool_name, fill_in } of rows) {
    say(session, `${tool_name}${fill_in.length === 0 ? "" : `  asks for ${fill_in.join(", ")}`}`);
  }
  return EXIT.ok;
};

const written = async (
  session: Session,
  tool: string,
  { set, out = `${tool}.contract.json` }: Options,
): Promise<ExitCode> => {
  const { context } = session;
  const template = templateOf(tool);
  if (!template.ok) throw new CliError(template.refusal, EXIT.not_found);
  const contract = contractFrom(template.value, givenIn(set));
  if (!contract.ok) throw new CliError(contract.refusal, EXIT.usage);
  if ((await context.readBytes(out)) !== undefined) {
    const remedy = "name another file with --out, or remove it";
    throw new CliError(`${out} is there already`, EXIT.usage, { remedy });
  }
  await context.mustBeWritable(out, "file");
  await context.writeFile(out, new TextEncoder().encode(`${JSON.stringify(contract.value, null, 2)}\n`));
  if (session.json) context.out(safeJson(json.parse(contract.value), 2));
  const { fill_in, secrets, hosts, notes } = template.value;
  const open = leftOpen(contract.value, template.value);
  const lines = [
    `${tool}, as it acts for real, is in ${out}. Nothing is registered.`,
    ...notes,
    ...open.map((name) => `  fill in <${name}>: ${fill_in[name] ?? ""}`),
    ...secrets.map((name) => `  keep its secret: buddy secrets set ${name}`),
    ...hosts.map((host) => `  let the server reach its host, by --allow-host ${host} where it is started`),
    `  ${hint.addContracts(out)}`,
    `Another person puts it in force, since its calls leave the sandbox: ${hint.confirmContract(tool)}`,
  ];
  for (const line of lines) say(session, line);
  return EXIT.ok;
};

/** `buddy contracts template`. */
export const addTemplates = (contracts: Command, app: App): void => {
  addCommand(contracts, app, {
    usage: "template [tool]",
    summary: "write a standard tool's contract as it acts for real",
    teaches: `A standard tool acts on the sandbox until a contract of its name says where it acts. This writes such a contract to a file, and
says what to fill in, which secrets to keep and which hosts to allow; what is left open is refused when it is added.
Without a tool: the tools that there are templates of.`,
    examples: [
      "buddy contracts template",
      "buddy contracts template ghl_search --set location_id=ve9EPM428h8vShlRW1KT",
    ],
    exits: [EXIT.ok, EXIT.not_found],
    flags: [
      { flags: "--set <name=value...>", says: "fill in what the template asks for" },
      { flags: "--out <file>", says: "where it is written; <tool>.contract.json beside you unless told" },
    ],
    args: maybeOneArgument,
    options,
    run: async (session, [tool], given) => (tool === undefined ? listed(session) : written(session, tool, given)),
  });
};
