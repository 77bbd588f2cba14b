import { tablePorts } from "../../functions/adapters/table/index.ts";
import { ABSENCES } from "../../functions/adapters/table/keys/of-requests.ts";
import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import { readBody } from "../../functions/adapters/table/record.ts";
import { announcedAs } from "../../shared/execution/approval/announced-as.ts";
import { type ApprovalRequest, approvalRequest } from "../../shared/execution/approval/approval.ts";
import { absence } from "../../shared/execution/approval/away.ts";
import { isSamePerson, mayBeAmong } from "../../shared/plan/same-person.ts";
import { LARGEST_SKEW_MS } from "../hazards/random-hazards.ts";
import { checker, type Invariant } from "./invariant.ts";

const name = "put-to-the-next";
const check = checker(name);

const isOpened = ({ opened_by, votes, excluded }: ApprovalRequest): boolean =>
  votes.length > 0 || opened_by.some((opener) => !mayBeAmong(excluded, opener));

/** The clock may put a request to somebody else: half of the time that was left is over, by the wrongest clock there is. */
const isHalfOver = ({ asked = [], expires_at }: ApprovalRequest, now: number): boolean => {
  const last = asked.at(-1);
  if (last === undefined || expires_at === null) return false;
  return now + LARGEST_SKEW_MS >= (Date.parse(last.at) + Date.parse(expires_at)) / 2;
};

export const putToTheNext: Invariant = {
  name,
  promise:
    "An open request that nobody opened goes to the next of its tool's list once, never twice to one, never to one whom four eyes bar from deciding, never to nobody, and to everybody only while the list is away or barred; who is told it was put to them, and the audit says so once.",
  watch: ({ table, executions, now }) => {
    /** Everybody who ever said that they are away: clocks differ on when. */
    const everAway = new Set<string>();
    const wasAway = (person: string): boolean => [...everAway].some((each) => isSamePerson(each, person));
    const told = new Map<string, string>();
    return {
      written: ({ before, after }) => {
        if (after !== undefined && after.pk === ABSENCES) everAway.add(readBody(absence, after).person);
        if (after === undefined || !after.pk.startsWith(`${PARTITIONS.approval}EXEC#`)) return;
        const request = readBody(approvalRequest, after);
        const { approval_id, asked_in_order: order, asked = [] } = request;
        if (order === undefined) return;
        check(asked.length > 0, () => `${approval_id} is put to nobody`);
        const names = asked.map((each) => each.name);
        check(new Set(names).size === names.length, () => `${approval_id} is put twice: ${names.join(", ")}`);
        const last = asked.at(-1);
        const isBarred = (person: string | null): boolean => person !== null && mayBeAmong(request.excluded, person);
        const isNobodyLeft = order.every((person) => wasAway(person) || isBarred(person));
        const atItsEnd = last?.because === "barred" && isBarred(asked.at(-2)?.name ?? null);
        check(last?.name !== null || isNobodyLeft || atItsEnd, () => `${approval_id} is put to everybody`);
        if (before === undefined) {
          check(!isBarred(names[0] ?? null), () => `${approval_id} is put to ${names[0]}, whom four eyes bar`);
          return;
        }
        const was = readBody(approvalRequest, before);
        const put = asked.slice(was.asked?.length ?? 0);
        const kept = JSON.stringify(asked.slice(0, was.asked?.length ?? 0)) === JSON.stringify(was.asked ?? []);
        check(kept && put.length <= 1, () => `${approval_id} forgets whom it was put to`);
        const [next] = put;
        if (next === undefined) return;
        check(was.status === "open" && request.status === "open", () => `${approval_id} is ${was.status} and goes on`);
        check(!isOpened(was), () => `${approval_id} was opened, and goes on to ${next.name}`);
        check(!isBarred(next.name), () => `${approval_id} goes on to ${next.name}, whom four eyes bar`);
        const before_it = was.asked?.at(-1)?.name ?? null;
        const may = {
          first: () => false,
          away: () => before_it === null || wasAway(before_it),
          barred: () => isBarred(before_it),
          unopened: () => isHalfOver(was, now()),
        };
        check(may[next.because](), () => `${approval_id} goes on to ${next.name} too early (${next.because})`);
      },
      published: (events) => {
        for (const { type, detail } of events) {
          if (type !== "ApprovalEscalated") continue;
          const to = JSON.stringify(detail.to);
          const first = told.get(String(detail.id)) ?? to;
          check(first === to, () => `${detail.id} was told to go to ${first}, then to ${to}`);
          told.set(String(detail.id), to);
        }
      },
      atRest: async () => {
        const { approvals, auditLog } = tablePorts(table);
        for (const execution_id of executions) {
          const requests = await approvals.ofExecution(execution_id);
          if (requests.every(({ asked }) => asked === undefined)) continue;
          const events = await Array.fromAsync(auditLog.events(execution_id));
          const written = events.filter(({ type }) => type === "approval_escalated").length;
          const put = requests.reduce((sum, { asked = [] }) => sum + Math.max(0, asked.length - 1), 0);
          check(written === put, () => `${execution_id} put ${put} on, and its audit says ${written}`);
          for (const request of requests) checkTold(request, told);
        }
      },
    };
  },
};

/** Everybody whom it was put to later was told while it was open; nobody else. */
const checkTold = (request: ApprovalRequest, told: ReadonlyMap<string, string>): void => {
  const { approval_id, asked = [], status } = request;
  for (const [place, each] of asked.entries()) {
    const to = told.get(announcedAs.escalated(request, place));
    if (place === 0) continue;
    const wanted = JSON.stringify(each.name === null ? [] : [each.name]);
    check(to === wanted || (to === undefined && status !== "open"), () => `${approval_id} told ${to}, not ${wanted}`);
  }
};
