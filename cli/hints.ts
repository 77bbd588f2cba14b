import { exampleFrom } from "./examples-folder.ts";

/** A word as a shell takes it back: quoted where it holds anything that a shell reads. */
const word = (text: string): string => (/^[\w.:/@=+-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** A command with the examples that it names, such as `examples/hello.json`, where they are. */
export const asTypedHere = (command: string): string =>
  command.replaceAll(/(?<!\S)examples\/\S+/gu, (path) => word(exampleFrom(process.cwd(), path)));

/** Options of a list, by name: the next page is asked for with the same. */
export type Filter = Readonly<Record<string, string | number | boolean | undefined>>;

const flags = (given: Filter): string =>
  Object.entries(given)
    .flatMap(([name, value]) =>
      value === undefined ? [] : [value === true ? ` --${name}` : ` --${name} ${word(String(value))}`],
    )
    .join("");

/**
 * Every command that an answer, an error or a question names as what to do next. Nothing else prints one, so that a test
 * can run each as it is printed (test/cli/hints-act.test.ts).
 */
export const hint = {
  start: () => "buddy start",
  startOn: (folder: string) => `buddy start --data ${word(folder)}`,
  runExample: () => asTypedHere("buddy run examples/hello.json"),
  status: (execution: string) => `buddy status ${word(execution)}`,
  executions: () => "buddy status",
  executionsOf: (agent: string) => `buddy status --agent ${word(agent)}`,
  moreExecutions: (filter: Filter, next: string) => `buddy status${flags({ ...filter, next })}`,
  follow: (execution: string) => `buddy follow ${word(execution)}`,
  queue: () => "buddy approvals",
  moreRequests: (filter: Filter, next: string) => `buddy approvals${flags({ ...filter, next })}`,
  requestsOf: (execution: string) => `buddy approvals --execution ${word(execution)}`,
  request: (request: string) => `buddy approvals ${word(request)}`,
  picture: (request: string, file: string) => `buddy approvals ${word(request)} --picture ${word(file)}`,
  approve: (request: string) => `buddy approve ${word(request)}`,
  /** `asks`: there is a terminal to ask at; without one, the yes stands on the line. */
  approveAllOf: (execution: string, asks: boolean) =>
    `buddy approve --all --execution ${word(execution)}${asks ? "" : " --yes"}`,
  reject: (request: string) => `buddy reject ${word(request)} --comment "why not"`,
  happened: (request: string) => `buddy reconcile ${word(request)} --happened`,
  didNotHappen: (request: string) => `buddy reconcile ${word(request)} --did-not-happen`,
  undone: (request: string) => `buddy settle ${word(request)} --undone`,
  accepted: (request: string) => `buddy settle ${word(request)} --accepted`,
  system: () => "buddy system",
  resume: (execution: string) => `buddy resume ${word(execution)} --reason "unlocked"`,
  resumeLocked: () => 'buddy resume --locked --reason "unlocked"',
  artifacts: (execution: string, out: string) => `buddy artifacts ${word(execution)} --out ${word(out)}`,
  saveInto: (out: string) => `buddy artifacts <execution> --out ${word(out)}`,
  verify: (execution_or_folder: string) => `buddy verify ${word(execution_or_folder)}`,
  verifyFolder: (folder: string) => `buddy verify <execution> --dir ${word(folder)}`,
  contracts: () => "buddy contracts list",
  addContracts: (file: string) => `buddy contracts add ${word(file)}`,
  confirmContract: (tool: string) => `buddy contracts confirm ${word(tool)}`,
  agents: () => "buddy agents list",
  confirmAgent: (agent: string) => `buddy agents confirm ${word(agent)}`,
  acceptTool: (tool: string) => `buddy contracts accept ${word(tool)}`,
  entries: (shelf: string) => `buddy ${shelf} list`,
  away: () => "buddy away list",
  webhooks: () => "buddy webhooks list",
  testWebhook: (id: string) => `buddy webhooks test ${word(id)}`,
  deliveries: (id: string) => `buddy webhooks deliveries ${word(id)}`,
  moreDeliveries: (id: string, limit: number, next: string) =>
    `buddy webhooks deliveries ${word(id)}${flags({ limit, next })}`,
  moreSignals: (filter: Filter, next: string) => `buddy signals${flags({ ...filter, next })}`,
} as const;
