import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { readBody } from "../../functions/adapters/table/record.ts";
import { sayAway, sayBack } from "../../functions/api/act/say-away.ts";
import { openApproval } from "../../functions/api/read/open-approval.ts";
import { defineContract } from "../../shared/contracts/define-contract.ts";
import { approvalRequest } from "../../shared/execution/approval/approval.ts";
import { APPROVERS, EVERYBODY } from "../names.ts";
import type { Submission } from "../plans/executions.ts";
import type { Random } from "../random.ts";
import type { World } from "../world.ts";
import { perform } from "./operators.ts";

/** The list of every tool: some who may decide, and who may not decide what is irreversible. */
const ORDER = [APPROVERS[0], "owen", APPROVERS[1], APPROVERS[2]];

/** The same submission, of whose tools each asks people one after the other. @throws Error for a contract that is none */
export const askingInOrder = (submission: Submission): Submission => ({
  ...submission,
  record: {
    ...submission.record,
    contracts: submission.record.contracts.map(({ content_hash: _hash, version, ...contract }) => {
      const defined = defineContract({ ...contract, asked_in_order: ORDER }, version);
      if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
      return defined.value;
    }),
  },
});

const SWEEP_SECONDS = 100;
const SWEEPS = 24;
const MOST_ABSENCES = 4;

/** The sweeper looks often, people come and go, and some open requests which they then let lie. */
export const letRequestsGoOn = (world: World, drawn: Random): void => {
  const later = (seconds: number, act: () => Promise<unknown>): void => {
    world.scheduler.after(seconds * 1000, () => {
      act().catch((error: unknown) => world.scheduler.fail(error));
    });
  };
  for (let turn = 1; turn <= SWEEPS; turn += 1) later(turn * SWEEP_SECONDS, () => perform(world, { kind: "sweep" }));
  const goes = (person: string, gone: number, seconds: number): void => {
    const instead = drawn.chance(0.5) ? drawn.pick(EVERYBODY) : null;
    const caller = { name: person, scopes: ["approvals:decide"] };
    later(gone, () =>
      world.insist(`${person} is away`, (deps) => {
        const until = new Date(world.scheduler.now + seconds * 1000).toISOString();
        return sayAway(deps)(person, { until, instead: instead === person ? null : instead }, caller);
      }),
    );
    if (drawn.chance(0.3)) {
      later(gone + 30, () => world.insist(`${person} is back`, (deps) => sayBack(deps)(person, caller)));
    }
  };
  if (drawn.chance(0.2)) for (const person of ORDER) goes(person, 0, drawn.between(60, 1_500));
  const absences = drawn.below(MOST_ABSENCES + 1);
  for (let count = 0; count < absences; count += 1)
    goes(drawn.pick(ORDER), drawn.below(1_500), drawn.between(60, 1_500));
  world.onWritten(({ before, after }) => {
    if (before !== undefined || after === undefined || !after.pk.startsWith(`${PARTITIONS.approval}EXEC#`)) return;
    const { approval_id } = readBody(approvalRequest, after);
    const [opens, name, seconds] = [drawn.chance(0.3), drawn.pick(EVERYBODY), drawn.below(1_000)];
    const caller = { name, scopes: ["approvals:decide"] };
    if (opens) {
      later(seconds, () => world.insist(`${name} opens`, (deps) => openApproval(deps)(approval_id, caller)));
    }
  });
};
