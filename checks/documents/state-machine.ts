import { drawLadder, tabulateLadder } from "./ladder.ts";
import { drawWorkflow, parseMachine, tabulateWorkflow } from "./workflow.ts";

const fence = (diagram: string): string => `\`\`\`mermaid\n${diagram}\n\`\`\``;

/** docs/state-machine.md, drawn from the transition table and from the text of the deployed workflow file. */
export const stateMachineDocument = (asl: string): string => {
  const machine = parseMachine(asl);
  return `# The state machine

<!-- Written by \`npm run docs\`. Change shared/execution/record/states.ts or infra/workflow/orchestration.asl.json instead. -->

Two things are drawn here. The **ladder** says what may become of one step; it is a table,
[\`shared/execution/record/states.ts\`](../shared/execution/record/states.ts), and every write of a step is conditional on it. The
**workflow** says when something happens; it is a file,
[\`infra/workflow/orchestration.asl.json\`](../infra/workflow/orchestration.asl.json), deployed and interpreted as it is.

## The ladder

A step begins in MOCK and goes up one rung at a time. A name alone has work left; \`finished\` ended there, \`reconcile\`
waits for a person's word on an unknown outcome, \`undo failed\` and \`undo frozen\` hold a compensation.

${fence(drawLadder())}

${tabulateLadder()}

## The workflow

A wave is everything that is ready now, each step on the one rung it is ready for. Nothing inside a wave waits for a
person: the whole execution waits in one place, and *Next wave* reads from the records what became true meanwhile.

${fence(drawWorkflow(machine))}

${tabulateWorkflow(machine)}
`;
};
