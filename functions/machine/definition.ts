import { z } from "zod";
import deployed from "../../infra/workflow/orchestration.asl.json" with { type: "json" };

/** Only what the file uses: anything else in it is an error here, before it is misread. */
const template = z.record(z.string(), z.json());

const comparison = z.strictObject({
  Variable: z.string(),
  StringEquals: z.string().optional(),
  BooleanEquals: z.boolean().optional(),
  IsPresent: z.boolean().optional(),
});
export type Comparison = z.infer<typeof comparison>;

const rule = z.union([
  comparison.extend({ Next: z.string() }),
  z.strictObject({ And: z.array(comparison), Next: z.string() }),
]);
export type ChoiceRule = z.infer<typeof rule>;

const retrier = z.strictObject({
  ErrorEquals: z.array(z.string()),
  IntervalSeconds: z.number(),
  MaxAttempts: z.number(),
  BackoffRate: z.number(),
  MaxDelaySeconds: z.number().optional(),
  JitterStrategy: z.literal("FULL"),
});
export type Retrier = z.infer<typeof retrier>;

const catcher = z.strictObject({
  ErrorEquals: z.array(z.string()),
  ResultPath: z.string().nullable().optional(),
  Next: z.string(),
});
export type Catcher = z.infer<typeof catcher>;

const common = { Comment: z.string().optional(), Next: z.string().optional(), End: z.literal(true).optional() };

/** The partition is told when the file is deployed; files of before, with which executions still run, name one. */
const resource = z.string().regex(/^arn:(\$\{Partition\}|aws):states:::lambda:invoke(\.waitForTaskToken)?$/);

const task = z.strictObject({
  ...common,
  Type: z.literal("Task"),
  Resource: resource,
  Parameters: template,
  ResultSelector: template.optional(),
  ResultPath: z.string().nullable().optional(),
  TimeoutSeconds: z.number().optional(),
  TimeoutSecondsPath: z.string().optional(),
  Retry: z.array(retrier).default([]),
  Catch: z.array(catcher).default([]),
});
export type TaskState = z.infer<typeof task>;

const choice = z.strictObject({
  ...common,
  Type: z.literal("Choice"),
  Choices: z.array(rule),
  Default: z.string(),
});
const pass = z.strictObject({ ...common, Type: z.literal("Pass"), Result: z.json().optional() });
const succeed = z.strictObject({ ...common, Type: z.literal("Succeed") });
const fail = z.strictObject({ ...common, Type: z.literal("Fail"), Error: z.string(), Cause: z.string().optional() });
const inner = z.discriminatedUnion("Type", [task, choice, pass, succeed, fail]);

const map = z.strictObject({
  ...common,
  Type: z.literal("Map"),
  ItemsPath: z.string(),
  MaxConcurrency: z.number(),
  ItemProcessor: z.strictObject({
    ProcessorConfig: z.strictObject({ Mode: z.literal("INLINE") }),
    StartAt: z.string(),
    States: z.record(z.string(), inner),
  }),
  ResultPath: z.string().nullable().optional(),
  ResultSelector: template.optional(),
});
export type MapState = z.infer<typeof map>;

const state = z.discriminatedUnion("Type", [task, choice, pass, succeed, fail, map]);
export type State = z.infer<typeof state>;

const machine = z.strictObject({
  Comment: z.string().optional(),
  QueryLanguage: z.literal("JSONPath").optional(),
  StartAt: z.string(),
  States: z.record(z.string(), state),
});

/** A machine, or the processor of a Map. */
export type Machine = { readonly StartAt: string; readonly States: Readonly<Record<string, State>> };

/** A file of the language. @throws ZodError when it uses what this interpreter does not know */
export const machineOf = (definition: unknown): Machine => machine.parse(definition);

let read: Machine | undefined;

/** The deployed file, read when it is first asked for. @throws ZodError when it uses what this interpreter does not know */
export const readMachine = (): Machine => {
  read ??= machineOf(deployed);
  return read;
};
