import { defineContract } from "../../shared/contracts/define-contract.ts";
import type { ToolContract } from "../../shared/contracts/tool-contract.ts";
import { isJsonObject, type JsonObject } from "../../shared/plan/json.ts";
import { type Crm, type Misbehaviour, type Sent, startCrm } from "../counterparts/crm.ts";
import { emailOf, kindOf, subjectOf } from "./workload.ts";

const auth = { as: "bearer", secret: "crm" };

/** Tools that act on the counterpart, each by another way out of an unknown outcome. */
export const serviceContracts = (host: string): ToolContract[] => {
  const origin = `https://${host}`;
  const text = { type: "string", minLength: 1 };
  const common = { timeout_seconds: 10, max_concurrent: 5, required_permissions: [] };
  const bound = (binding: JsonObject): JsonObject => ({
    binding: { kind: "http", hosts: [host], no_effect_statuses: [400, 401, 404, 409], ...binding },
  });
  const look_up = {
    request: { method: "GET", url: `${origin}/calls/{$key}`, auth },
    happened_when: { path: "/happened", equals: true },
    did_not_happen_when: { path: "/happened", equals: false },
    output: "/result/contact",
  };
  const irreversible = {
    ...{ risk_level: "HIGH", reversible: false, requires_approval: true, approvals_required: 1, compensation: "none" },
  };
  const posted = (body: JsonObject): JsonObject => ({
    ...{ method: "POST", url: `${origin}/contacts`, body, auth, idempotency_header: "Idempotency-Key" },
  });
  const sources: JsonObject[] = [
    {
      ...common,
      ...{ tool_name: "svc_search", risk_level: "LOW", reversible: true, timeout_seconds: 5 },
      ...{ requires_approval: false, approvals_required: 0, outcome_resolution: "OPAQUE" },
      input_schema: { type: "object", properties: { q: text } },
      ...bound({ call: { method: "GET", url: `${origin}/search?q={q}`, auth } }),
    },
    {
      ...common,
      ...{ tool_name: "svc_update", risk_level: "MEDIUM", reversible: true, compensation: "adapter" },
      ...{ requires_approval: true, approvals_required: 1, outcome_resolution: "QUERYABLE" },
      input_schema: {
        type: "object",
        properties: { contact_id: text, company: text },
        required: ["contact_id", "company"],
      },
      resources: [{ key: "svc:contact:{contact_id}", access: "write" }],
      ...bound({
        call: {
          ...{ method: "PUT", url: `${origin}/contacts/{contact_id}`, body: { company: { $arg: "/company" } } },
          ...{ auth, idempotency_header: "Idempotency-Key" },
        },
        read: { method: "GET", url: `${origin}/contacts/{contact_id}`, auth },
        changes: [{ field: "company", old: "/contact/company", new: { $arg: "/company" } }],
        look_up,
        undo: {
          ...{ method: "PUT", url: `${origin}/contacts/{contact_id}`, body: { company: { $old: "/contact/company" } } },
          ...{ auth, idempotency_header: "Idempotency-Key" },
        },
      }),
    },
    {
      ...common,
      ...irreversible,
      ...{ tool_name: "svc_create", outcome_resolution: "QUERYABLE" },
      input_schema: { type: "object", properties: { email: text }, required: ["email"] },
      resources: [{ key: "svc:email:{email}", access: "write" }],
      ...bound({ call: posted({ email: { $arg: "/email" } }), look_up }),
    },
    {
      ...common,
      ...irreversible,
      ...{ tool_name: "svc_mail", outcome_resolution: "IDEMPOTENT_KEY" },
      input_schema: { type: "object", properties: { subject: text, body: text }, required: ["subject", "body"] },
      ...bound({ call: posted({ subject: { $arg: "/subject" }, body: { $arg: "/body" } }) }),
    },
  ];
  return sources.map((source) => {
    const defined = defineContract(source, 1);
    if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
    return defined.value;
  });
};

/**
 * The counterpart, which outlives every death of the server, and fails as the workload wants it to. A change of a contact
 * is made as often as it is sent: nothing but Buddy keeps it from being made twice.
 */
export const startService = (executions: number): Promise<Crm> => {
  const planned = new Map<string, { readonly how: Misbehaviour; times: number }>();
  for (let n = 0; n < executions; n += 1) {
    const kind = kindOf(n);
    if (kind === "create_that_times_out") planned.set(emailOf(n), { how: "fail_after_acting", times: 1 });
    if (kind === "mail_that_times_out") planned.set(subjectOf(n), { how: "reset_in_the_body", times: 1 });
    if (kind === "update_then_refused_create")
      planned.set(emailOf(n), { how: "refuse", times: Number.POSITIVE_INFINITY });
  }
  const misbehaves = ({ method, body }: Sent): Misbehaviour | undefined => {
    const { email, subject } = isJsonObject(body) ? body : {};
    const plan = method === "POST" ? planned.get(String(email ?? subject)) : undefined;
    if (plan === undefined || plan.times === 0) return undefined;
    plan.times -= 1;
    return plan.how;
  };
  const contacts = Array.from({ length: 50 }, (_, n) => [`c${n + 1}`, { company: "none" }] as const);
  return startCrm(Object.fromEntries(contacts), { misbehaves, recognises: ({ method }) => method !== "PUT" });
};

/** The effects at the counterpart, as it has them: these really happened. */
export const madeAt = ({ contacts }: Pick<Crm, "contacts">) => {
  const all = [...contacts.values()];
  return {
    emails: all.flatMap(({ email }) => (typeof email === "string" ? [email] : [])),
    subjects: all.flatMap(({ subject }) => (typeof subject === "string" ? [subject] : [])),
  };
};
