import { z } from "zod";

const choice = z.looseObject({ Next: z.string() });
const state: z.ZodType<State> = z.lazy(() =>
  z.looseObject({
    Type: z.string(),
    Comment: z.string().optional(),
    Next: z.string().optional(),
    Default: z.string().optional(),
    End: z.boolean().optional(),
    Choices: z.array(choice).optional(),
    Catch: z.array(z.looseObject({ ErrorEquals: z.array(z.string()), Next: z.string() })).optional(),
    Retry: z.array(z.looseObject({ ErrorEquals: z.array(z.string()), MaxAttempts: z.number() })).optional(),
    ItemProcessor: machine.optional(),
  }),
);
type State = {
  [field: string]: unknown;
  Type: string;
  Comment?: string | undefined;
  Next?: string | undefined;
  Default?: string | undefined;
  End?: boolean | undefined;
  Choices?: { [field: string]: unknown; Next: string }[] | undefined;
  Catch?: { [field: string]: unknown; ErrorEquals: string[]; Next: string }[] | undefined;
  Retry?: { [field: string]: unknown; ErrorEquals: string[]; MaxAttempts: number }[] | undefined;
  ItemProcessor?: Machine | undefined;
};
export type Machine = { [field: string]: unknown; StartAt: string; States: Record<string, State> };
const machine: z.ZodType<Machine> = z.lazy(() =>
  z.looseObject({ StartAt: z.string(), States: z.record(z.string(), state) }),
);

/** The parts of an Amazon States Language file that a drawing shows. @throws ZodError */
export const parseMachine = (text: string): Machine => machine.parse(JSON.parse(text));

export type Step = { readonly from: string; readonly to: string; readonly label: string };

/** Every way from one state to the next, and by what: a choice's value, an error that is caught, or nothing. */
export const stepsOf = (states: Machine["States"]): Step[] =>
  Object.entries(states).flatMap(([from, each]) => {
    const next = each.Next === undefined ? [] : [{ from, to: each.Next, label: "" }];
    const chosen = (each.Choices ?? []).map((option) => ({ from, to: option.Next, label: chosenBy(option) }));
    const otherwise = each.Default === undefined ? [] : [{ from, to: each.Default, label: "otherwise" }];
    const caught = (each.Catch ?? []).map(({ ErrorEquals, Next: to }) => ({ from, to, label: errorsOf(ErrorEquals) }));
    return [...next, ...chosen, ...otherwise, ...caught];
  });

const errorsOf = (errors: readonly string[]): string =>
  errors.map((error) => (error === "States.ALL" ? "any error" : error.replace("States.", "").toLowerCase())).join(", ");

const chosenBy = (option: { readonly [field: string]: unknown }): string =>
  typeof option.StringEquals === "string" ? option.StringEquals : "typed answer";

/** Mermaid ids are words: the states of the file in their order, `s1`, `s2`; those inside a Map as `s7_1`. */
type Named = { readonly id: string; readonly name: string; readonly state: State };

const named = (states: Machine["States"], prefix: string): Named[] =>
  Object.entries(states).map(([name, each], place) => ({ id: `${prefix}${place + 1}`, name, state: each }));

const nodeOf = ({ id, name, state: { Type } }: Named): string => {
  if (Type === "Choice") return `${id}{"${name}"}`;
  if (Type === "Succeed" || Type === "Fail") return `${id}(["${name}"])`;
  return `${id}["${name}"]`;
};

const arrowsOf = (nodes: readonly Named[]): string[] => {
  const idOf = new Map(nodes.map(({ id, name }) => [name, id]));
  return stepsOf(Object.fromEntries(nodes.map(({ name, state: each }) => [name, each]))).map(({ from, to, label }) => {
    const arrow = label === "" ? "-->" : label.includes("error") || label === "timeout" ? "-.->" : "-->";
    return `${idOf.get(from)} ${arrow}${label === "" ? "" : `|${label}|`} ${idOf.get(to)}`;
  });
};

/** The machine as a Mermaid flowchart; what runs for every item of a Map is a box in it. */
export const drawWorkflow = ({ StartAt, States }: Machine): string => {
  const nodes = named(States, "s");
  const boxes = nodes.flatMap((node) => {
    const inner = node.state.ItemProcessor;
    if (inner === undefined) return [nodeOf(node)];
    const items = named(inner.States, `${node.id}_`);
    const lines = [...items.map(nodeOf), ...arrowsOf(items)].map((line) => `  ${line}`);
    return [`subgraph ${node.id}["${node.name}: for every item"]`, ...lines, "end"];
  });
  const start = nodes.find(({ name }) => name === StartAt);
  return ["flowchart TD", `begin(["a plan was accepted"]) --> ${start?.id}`, ...boxes, ...arrowsOf(nodes)]
    .map((line, place) => (place === 0 ? line : `    ${line}`))
    .join("\n");
};

/** The states in words: what each is for, and how often the engine tries it again. */
export const tabulateWorkflow = ({ States }: Machine): string => {
  const all = Object.entries(States).flatMap(([name, each]) => [
    { name, each },
    ...Object.entries(each.ItemProcessor?.States ?? {}).map(([inner, item]) => ({
      name: `${name} / ${inner}`,
      each: item,
    })),
  ]);
  const rows = all
    .filter(({ each }) => each.Comment !== undefined)
    .map(
      ({ name, each }) =>
        `| ${name} | ${each.Type} | ${retriesOf(each, "States.TaskFailed")} | ${retriesOf(each, THROTTLE)} | ${escaped(each.Comment ?? "")} |`,
    );
  return [
    "| state | kind | tried again when it failed | when Lambda did not start it | what for |",
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
};

/** The error name by which Step Functions tells that Lambda refused to start a function: as many run already as may. */
const THROTTLE = "Lambda.TooManyRequestsException";

const retriesOf = ({ Retry = [] }: State, error: string): number | "-" =>
  Retry.find(({ ErrorEquals }) => ErrorEquals.includes(error))?.MaxAttempts ?? "-";

/** Markdown reads `<name>` as a tag and `|` as the end of a cell. */
const escaped = (text: string): string => text.replaceAll("<", "&lt;").replaceAll("|", "\\|");
