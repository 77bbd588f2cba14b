import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import {
  type ApprovalView,
  approvalQueue,
  approvalView,
  type ExecutionDetail,
  eventPage,
  executionDetail,
  executionSummary,
  submitted,
} from "../../functions/api/schemas.ts";
import type { AuditEvent } from "../../shared/audit/audit-event.ts";
import type { Deployment } from "./deployment.ts";
import type { Person } from "./people.ts";

export type Answer = { readonly status: number; readonly body: unknown; readonly headers: Headers };

/** The API as one person uses it. Answers are read by the schemas that describe them. */
export class Client {
  private readonly base: string;
  private readonly person: Person | undefined;

  constructor({ api }: Pick<Deployment, "api">, person?: Person) {
    this.base = api;
    this.person = person;
  }

  /** One request as it is; any answer. */
  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await fetch(this.base + path, {
      method,
      headers: {
        ...(this.person === undefined ? {} : { authorization: `Bearer ${this.person.token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = /^application\/(problem\+)?json\b/.test(answer.headers.get("content-type") ?? "");
    return { status: answer.status, body: isJson ? JSON.parse(text) : text, headers: answer.headers };
  }

  /** One request that must succeed. @throws with what the API said */
  async ask<Schema extends z.ZodType>(
    schema: Schema,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<z.output<Schema>> {
    const answer = await this.send(method, path, body, headers);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return schema.parse(answer.body);
  }

  async submit(plans: readonly unknown[], config: Record<string, unknown> = {}, more: object = {}): Promise<string> {
    return (await this.ask(submitted, "POST", "/executions", { plans, config, ...more })).execution_id;
  }

  execution(id: string): Promise<ExecutionDetail> {
    return this.ask(executionDetail, "GET", `/executions/${id}?steps_limit=1000`);
  }

  async openRequests(execution: string): Promise<ApprovalView[]> {
    const { plans } = await this.ask(approvalQueue, "GET", `/approvals?execution=${execution}`);
    return plans.flatMap(({ approvals }) => approvals);
  }

  decide(request: ApprovalView, decision: string, more: object = {}): Promise<ApprovalView> {
    const { approval_id, digest } = request;
    return this.ask(approvalView, "POST", `/approvals/${approval_id}/decision`, { decision, digest, ...more });
  }

  act(id: string, what: "abort" | "resume" | "rollback", reason: string): Promise<unknown> {
    return this.ask(executionSummary, "POST", `/executions/${id}/${what}`, { reason });
  }

  /** Every event of an execution, chain by chain. */
  async events(id: string): Promise<AuditEvent[]> {
    const all: AuditEvent[] = [];
    for (let next: string | null = ""; next !== null; ) {
      const query: string = next === "" ? "" : `&next=${encodeURIComponent(next)}`;
      const page = await this.ask(eventPage, "GET", `/executions/${id}/events?limit=200${query}`);
      all.push(...page.items);
      next = page.next;
    }
    return all;
  }

  /** The request for a step, once it is open. */
  request(execution: string, step: string): Promise<ApprovalView> {
    return until(`a request for ${step}`, async () =>
      (await this.openRequests(execution)).find(({ step_id }) => step_id === step),
    );
  }

  /** The execution once it has ended, its artifacts published. */
  ended(id: string, seconds = 90): Promise<ExecutionDetail> {
    return until(
      `the end of ${id}`,
      async () => {
        const execution = await this.execution(id);
        return execution.status === "RUNNING" ? undefined : execution;
      },
      seconds,
    );
  }
}

/** Asks again and again until there is an answer. @throws when there is none in time */
export const until = async <Value>(
  what: string,
  ask: () => Promise<Value | undefined>,
  seconds = 90,
): Promise<Value> => {
  const deadline = Date.now() + seconds * 1_000;
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`${what} did not come within ${seconds} s`);
    await sleep(400);
  }
};
