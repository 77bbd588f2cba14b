import { expect, it } from "vitest";
import type { Caller } from "../../../functions/api/http/caller.ts";
import { MAX_RESOURCES_TOGETHER } from "../../../shared/contracts/check-plan.ts";
import { isJsonObject, type Json, json } from "../../../shared/plan/json.ts";
import { as, type Harness, harness, mailPlan, POLICY, updatePlan } from "./harness.ts";

/** docs/api.md is written here: its examples are what the API answers. After a change: `npx vitest run <this file> --update`. */

const alice = as("alice", ["executions:write", "read"]);
const bob = as("bob", ["approvals:decide", "read"]);
const olga = as("olga", ["system:lock", "read"]);
const omar = as("omar", ["system:lock", "executions:operate"]);
const tom = as("tom", ["contracts:write"]);

/** Long lists are cut and digests shortened; nothing else is changed. */
const shortHex = (text: string): string => text.replaceAll(/\b[0-9a-f]{24,64}\b/g, (hex) => `${hex.slice(0, 4)}...`);

/** Texts that are other ones each time or on another machine: secrets, and marks, which are packed. */
const UNLIKE: ReadonlySet<string> = new Set(["after", "secret"]);
const begun = (text: Json): Json =>
  typeof text === "string" ? `${text.startsWith("whsec_") ? "whsec_" : ""}...` : text;

const abridged = (value: Json): Json => {
  if (typeof value === "string") return shortHex(value);
  if (Array.isArray(value)) {
    const shown = value.slice(0, 2).map(abridged);
    return value.length > 2 ? [...shown, `... ${value.length - 2} more`] : shown;
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, UNLIKE.has(key) ? begun(item) : abridged(item)]),
  );
};

const shortened = (value: Json): Json => json.parse(JSON.parse(shortHex(JSON.stringify(value))));

/** An example that fits stands on one line. */
const laidOut = (value: Json, indent = ""): string => {
  const line = JSON.stringify(value).replaceAll('":', '": ').replaceAll(',"', ', "');
  if (indent.length + line.length <= 116 || typeof value !== "object" || value === null) return line;
  const deeper = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => `${deeper}${laidOut(item, deeper)}`)
    : Object.entries(value).map(([key, item]) => `${deeper}${JSON.stringify(key)}: ${laidOut(item, deeper)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${items.join(",\n")}\n${indent}${close}`;
};

const pretty = (value: unknown): string => laidOut(abridged(json.parse(value)));

const book = (h: Harness) => {
  const lines: string[] = [];
  const show = async (
    caller: Caller,
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Json> => {
    const sent = {
      GET: () => h.get(path, caller, headers),
      POST: () => h.post(path, body, caller, headers),
      PUT: () => h.put(path, body, caller),
      DELETE: () => h.remove(path, caller),
    };
    const response = await sent[method]();
    const text = await response.text();
    const isJson = (response.headers.get("content-type") ?? "").endsWith("json") && !path.endsWith(".jsonl");
    const head = [`${method} ${abridged(path)}`, `Authorization: Bearer <${caller.name}>`];
    for (const [name, value] of Object.entries(headers)) head.push(`${name}: ${value}`);
    lines.push(
      "```http",
      ...head,
      ...(body === undefined ? [] : ["", laidOut(shortened(json.parse(body)))]),
      "```",
      "",
    );
    lines.push(`${response.status} ${response.headers.get("content-type")}`, "");
    lines.push(isJson ? "```json" : "```", isJson ? pretty(JSON.parse(text)) : String(abridged(text)), "```", "");
    return isJson ? json.parse(JSON.parse(text)) : text;
  };
  return { lines, show, say: (...text: string[]) => void lines.push(...text, "") };
};

const field = (value: Json | undefined, ...path: (string | number)[]): string => {
  let found: unknown = value;
  for (const key of path) found = (found as Record<string | number, unknown>)[key];
  return String(found);
};

it("docs/api.md shows what the API answers", async () => {
  const h = await harness({ policy: { ...POLICY, allowed_hosts: ["desk.example.com"] } });
  const { lines, show, say } = book(h);

  say("# HTTP API");
  say(
    "JSON in snake_case; errors are `application/problem+json` (RFC 9457). `GET /openapi.json` describes every route, made",
    "from the schemas that check requests. Every example below is an answer of the API: the page is written by",
    "`test/functions/api/docs.test.ts`, and differs from it only where digests are shortened and long lists cut.",
  );
  say("## Who asks");
  say(
    "A JWT in `Authorization: Bearer <token>` names the caller (`sub`) and what it allows (`scope`). Deployed, API Gateway",
    "verifies it; on one machine the same API does, with tokens of the machine's own key (`buddy --as alice`):",
    "each for one scope (one that decides reads too) and ten minutes, sent only to a server that proved that it holds that key.",
  );
  say(
    "| scope | allows |",
    "|---|---|",
    "| `read` | every GET |",
    "| `executions:write` | submit; abort what one submitted oneself |",
    "| `executions:operate` | abort, resume, roll back any execution: for people |",
    "| `approvals:decide` | decide and extend requests |",
    "| `system:lock` | lock, unlock, switch LIVE |",
    "| `contracts:write` | contracts and agents |",
  );
  say(
    "[docs/who-may.md](who-may.md) has every route by every kind of caller. `GET /livez` and `GET /openapi.json` need no token.",
    "What is missing is named:",
  );
  await show(as("mallory", ["read"]), "POST", "/system/lock", { scope: { kind: "everything" }, reason: "stop" });

  say("## Limits");
  say(
    "| what | limit |",
    "|---|---|",
    "| body of `POST /executions` and `/approvals/decisions` | 4 MiB: what fits into the 6 MB event of a function, in which the body is escaped once more |",
    "| any other body | 256 KiB |",
    "| steps in one submission | 10,000 |",
    `| resources that they name together | ${MAX_RESOURCES_TOGETHER.toLocaleString("en")} |`,
    "| arguments of one step | 64 KiB |",
    "| an answer | 4 MiB; read larger files with a `Range` header |",
    "| nesting of JSON | 64 |",
    "| decisions in one act | 500 |",
    "| `wait`, and `wait_seconds` of a call | 25 s |",
    "| calls of one agent that wait at once | 1,000; more are refused with 429 and `Retry-After` |",
  );
  say("A request over a limit is refused with a problem that names it.");

  say("## Submit plans");
  say(
    "`POST /executions` takes `{plans, validations?, config?}`, a single plan, or an array of plans, each in Phase 21's form",
    "or in full. The same `Idempotency-Key` with the same bytes answers with the same execution and",
    "`Idempotency-Replayed: true`; with other bytes it is a conflict (409).",
  );
  say(
    "A `step_id` is what the agent's framework calls the step (`call_x|fc_y`, base64, up to 8,192 characters), the name of an",
    "agent what people call it (`Research Agent`, up to 256). Both are kept as they are: names that differ anywhere, in case",
    "alone or at the end, are two. Refused are signs that nobody sees, names that are not in Unicode's form NFC, so that no two",
    "look the same, and a step's `.` or `..`, which programs take in an address for a way up. In its execution a step is `step_id`: the id as written, `source_step_id`, where that is unique, at most 128 bytes",
    "and without blanks and `# % / ? \\`; else its beginning, `~` and a digest. A step is asked for by either, percent-encoded.",
  );
  const plans = [updatePlan("p1"), mailPlan("p2")];
  const key = { "Idempotency-Key": "order-66" };
  const id = field(await show(alice, "POST", "/executions", { plans }, key), "execution_id");
  say("What is wrong with a body is listed at once, with its place, and nothing is stored:");
  const wrong = {
    plans: [
      { ...updatePlan("p1"), steps: [{ step_id: "s1", agent_id: "agent_1", tool_name: "ghl_serch", confidence: 7 }] },
    ],
  };
  await show(alice, "POST", "/executions", wrong);
  await h.settle();

  say("## Follow an execution");
  say(
    "Every list comes in pages: `next` of one is sent to get the one behind it, as it came and with the same filter, until it is null.",
  );
  say("One of another list, of another filter, or that nobody gave out is refused with 400, rule `page_mark`.");
  await show(alice, "GET", "/executions?limit=1");
  say(
    "`text`, `agent`, `tool`, `status`, `since` and `until` look for some; such a page may hold less, and have a `next`.",
  );
  await show(alice, "GET", "/executions?status=RUNNING&tool=ghl_search&text=crm&limit=1");
  say("`steps_limit` (up to 1,000) and `next` page through the steps.");
  await show(alice, "GET", `/executions/${id}?steps_limit=1`);
  say("A step with its output; `wait` answers when it has finished, or after so many seconds.");
  await show(alice, "GET", `/executions/${id}/steps/search?wait=25`);
  say("The audit, chain by chain; `operators` in place of an id reads the chain of operators' acts.");
  await show(alice, "GET", `/executions/${id}/events?limit=1`);
  await show(alice, "GET", `/executions/${id}/events?after=&wait=25&limit=1`);

  say("## Decide");
  say(
    "Requests by plan, the soonest expiry and then the highest risk first. Filters: `status`, `agent`, `tool`, `plan`,",
    "`execution`, `mine=true` (what the caller may approve or settle). Goal and rationale are an agent's words: untrusted.",
  );
  const queue = await show(bob, "GET", "/approvals?tool=ghl_update_contact");
  say(
    "A request that gets more time between two pages moves behind them, and may stand on both: `approval_id` says so.",
  );
  const update = field(queue, "plans", 0, "approvals", 0, "approval_id");
  const digest = field(queue, "plans", 0, "approvals", 0, "digest");
  say(
    "A decision names the `digest` it saw. On a request of kind `approve`: `approve`, `reject` (with a comment) or `edit`",
    "(with a comment and the whole `arguments`; checked like a new step and asked anew, three times at most). On",
    "`reconcile` and `reconcile_undo`: `happened` or `did_not_happen`. On `undo_failed`: `undone` or `accepted`. Four eyes: who",
    "submitted, owns the agent or last edited may reject or edit a HIGH step but not approve it, and decides none of the others.",
  );
  await show(bob, "POST", `/approvals/${update}/decision`, { decision: "approve", digest, comment: "as agreed" });
  say("A request is decided once (`reason` tells programs which rule refused):");
  await show(bob, "POST", `/approvals/${update}/decision`, { decision: "approve", digest });
  const [mail] = await h.deps.approvals
    .ofExecution(id)
    .then((all) => all.filter(({ risk_level }) => risk_level === "HIGH"));
  say(
    "Where a tool that acts on pages made the preview, `picture` names the file that shows what the call would act on (a JPEG of",
    "700 kB at most, no part of what is sealed); here there is none:",
  );
  await show(bob, "GET", `/approvals/${update}/picture`);
  say("Opening a request records who opened it and decides nothing. More time:");
  await h.get(`/approvals/${mail?.approval_id}`, bob);
  await show(bob, "POST", `/approvals/${mail?.approval_id}/extend`, {
    seconds: 3600,
    reason: "the approver is at lunch",
  });
  say("Many at once, each by itself; HIGH ones only where the caller opened them:");
  const decisions = [
    { id: mail?.approval_id, digest: mail?.digest, decision: "approve" },
    { id: "ap-0", digest: "d", decision: "approve" },
  ];
  await show(bob, "POST", "/approvals/decisions", { decisions });
  await h.settle();

  say("## Read what came of it");
  await show(alice, "GET", `/executions/${id}/artifacts`);
  say("Files come as they are, with a `Range` header in part.");
  await show(alice, "GET", `/executions/${id}/artifacts/tool_execution_log.jsonl`, undefined, { Range: "bytes=0-119" });

  say("## Make one call");
  say(
    "`POST /calls` is a plan of one step in one request. It answers 200 with `outcome: done` (`mode` says how far, `output` what",
    "came of it) or `refused` (`status`: blocked, rejected, failed, expired, undone; `retry`: never, later, after_change), where",
    "the call ended within `wait_seconds` (20 unless said, 25 at most); else 202 with `waiting` and `for`: approval, resource,",
    "outcome, worker or unlock (an operator's lock holds it, or did, and its execution is to be resumed). `message` says it to a",
    "model. `GET /calls/{call_id}?wait=25` goes on waiting. An agent that speaks MCP makes the same calls by `POST /mcp`: see [agents that speak MCP](mcp.md).",
  );
  say(
    "**Attached**: the same call of the same agent (tool and arguments as the contract means them, `dry_run_only`) is the one",
    "that waits already, also where its end came and nobody was told it, for a day: people are asked once, and it is made once.",
    "What the first request said of confidence and config holds. Once somebody was told the end, the same call is a new one.",
    "A call that only reads is made again when it has ended. `Idempotency-Key` as for `POST /executions`,",
    "of the call rather than its bytes: how long it is waited for is no part of it. With `goes_on_with`, the `call_id` of the same",
    "call of before, it is answered for that one whenever that ended and whoever was told: as where the answer that told it was",
    "lost. It never becomes a new call then; an id of no such call of the agent is refused.",
  );
  const fill = { selector: "#email", value: "ann@example.com" };
  const one = { agent_id: "agent_2", tool_name: "form_fill", arguments: fill, confidence: 0.9, wait_seconds: 0 };
  const call = field(await show(alice, "POST", "/calls", one), "call_id");
  await h.settle();
  await show(alice, "GET", `/calls/${call}?wait=25`);
  const [asked] = await h.deps.approvals.ofExecution(call);
  await h.post(
    `/approvals/${asked?.approval_id}/decision`,
    { decision: "reject", digest: asked?.digest, comment: "Ann left" },
    bob,
  );
  await h.settle();
  say("Asked for again by an agent that had gone, it is told what a person said meanwhile:");
  await show(alice, "POST", "/calls", one);

  say("## Stop, take up, undo");
  say(
    "`abort`, `resume` and `rollback` need a reason and answer 202 with the execution. `abort`: nothing new starts;",
    "after the answer only the calls in its `can_still_run` can still run, and what rolls the execution back, of which its `warning` tells:",
    "while that asks a person it is RUNNING, and LOCKED by an undo that failed.",
    "`resume`: after unlock, what a lock held begins again; 409 while a lock still applies. `rollback`: a finished execution,",
    "whole, or `depth` layers of what stands from the end: a call is a layer above all that is undone before it, of whatever",
    "plan. Each that has concluded goes on in a fresh workflow run.",
  );
  say(
    "What a roll back would do about each call that stands, without doing it: `ask` means that a person is asked first.",
  );
  await show(alice, "GET", `/executions/${id}/rollback?depth=1`);
  await show(omar, "POST", `/executions/${id}/rollback`, { reason: "the wrong contact", depth: 1 });
  await show(omar, "POST", `/executions/${id}/abort`, { reason: "enough" });
  await h.settle();
  await show(omar, "POST", `/executions/${id}/resume`, { reason: "go on" });
  say(
    "What locks hold is listed, newest first, with the lock that still applies to all of it (`held_by`; null: it can be resumed",
    "now), and up to 100 are taken up in one act, each by itself. A page may hold less than its limit and have a `next`.",
  );
  await show(omar, "GET", "/system/held");
  await show(omar, "POST", "/executions/resume", { executions: [id], reason: "unlocked" });

  say("## Lock");
  say(
    "Scopes: `{kind: everything}`, `{kind: tool, tool_name}`, `{kind: agent, agent_id}`, `{kind: execution, execution_id}`;",
    "modes `stop_forward` (compensations go on) and `freeze_all`. After the answer, of the calls that the scope covers",
    "only those it lists can still run, each until its `may_run_until` at the latest; a compensation by another tool says what",
    "it `undoes`, a call that another agent acts for who `proposed_by`. `told` executions that may wait were woken before the",
    "answer, `still_to_tell` are woken after it, some at a time: each looks at the lock before its next call, woken or not.",
    "Locking never loosens a lock that stands. A misspelt tool, agent or execution is refused (404, with the near name);",
    "`even_if_unknown: true` locks a name that nobody has yet, and `warning` says so. An agent that nobody registered is known",
    "once a plan named it; one that is near no known name is locked, with the warning.",
  );
  await h.deps.inFlightCalls.put({
    execution_id: id,
    step_id: "search",
    side: "forward",
    tool_name: "ghl_search",
    agent_id: "agent_1",
    started_at: h.deps.clock.now().toISOString(),
    may_run_until: new Date(h.time.now + 20_000).toISOString(),
  });
  const scope = { kind: "agent", agent_id: "agent_1" };
  await show(olga, "POST", "/system/lock", { scope, mode: "freeze_all", reason: "it mails strangers" });
  say("A second person must unlock:");
  await show(olga, "POST", "/system/unlock", { scope, reason: "all clear" });
  await show(omar, "POST", "/system/unlock", { scope, reason: "looked into it with the owner" });
  say(
    "The deployment's switch, off until an operator turns it on. Off is answered like a lock: no other call can run than those",
    "in `can_still_run`, but what rolls back. What waits for an approval ends in DRY_RUN, and stays so when LIVE is on again:",
  );
  await show(olga, "PUT", "/system/live", { enabled: false, reason: "maintenance" });
  const system = await h.get("/system", olga).then(async (response) => json.parse(await response.json()));
  // The Node version is this machine's.
  const versions = isJsonObject(system) && isJsonObject(system.versions) ? { ...system.versions, node: "24.x" } : {};
  say(
    "```http",
    "GET /system",
    "```",
    "",
    "```json",
    pretty(isJsonObject(system) ? { ...system, versions } : system),
    "```",
  );

  say("## Who is away");
  say(
    "Requests of a tool whose contract has a list `asked_in_order` go to the next of the list when nobody opened them by half of",
    "their time, and pass over who is away ([reaching people](reaching-people.md)):",
  );
  await show(tom, "PUT", "/away/bob", { until: "2026-02-14T08:00:00.000Z", instead: "carol" });
  await show(alice, "GET", "/away");
  await show(tom, "DELETE", "/away/bob");

  say("## Names beside ids");
  say(
    "Records name callers as their tokens do, in `sub`: an app by its client id. A name is read beside the id, and changes nothing of what",
    "goes by it:",
  );
  await show(tom, "PUT", "/names/7fa3kq2v9example", { name: "Sales desk" });
  await show(alice, "GET", "/names");
  await show(tom, "DELETE", "/names/7fa3kq2v9example");

  say("## Tell others");
  say(
    "Registered addresses are told of events (docs/events), signed by the Standard Webhooks specification;",
    "[docs/webhooks.md](webhooks.md) says what a receiver does. The secret is shown once:",
  );
  const registered = await show(tom, "POST", "/webhooks", {
    url: "https://desk.example.com/buddy",
    event_types: ["ApprovalRequested", "OrchestrationCompleted"],
  });
  const webhook_id = field(registered, "webhook", "webhook_id");
  await show(tom, "POST", `/webhooks/${webhook_id}/test`, {});
  await show(alice, "GET", `/webhooks/${webhook_id}/deliveries?limit=1`);
  await show(tom, "DELETE", `/webhooks/${webhook_id}`);

  say("## Contracts and agents");
  say(
    "`GET /contracts` lists the contract in force of each tool, by name and in pages (`?limit=`, at most 1000, and `next`),",
    "with statistics of all tools; `GET /contracts/{tool_name}?version=1` shows an older one.",
  );
  const contract = {
    description: "Adds a note to a contact",
    risk_level: "MEDIUM",
    reversible: false,
    timeout_seconds: 20,
    requires_approval: true,
    approvals_required: 1,
    input_schema: { type: "object", properties: { contact_id: { type: "string" } }, required: ["contact_id"] },
    resources: [{ key: "crm:contact:{contact_id}", access: "write" }],
    compensation: "none",
    outcome_resolution: "QUERYABLE",
  };
  await show(tom, "PUT", "/contracts/crm_note", contract);
  say("The same again is no new version (200, `unchanged: true`). A contract that breaks an invariant:");
  await show(tom, "PUT", "/contracts/crm_note", { ...contract, timeout_seconds: 5 });
  say(
    "`?check=true` looks at everything and keeps nothing, so that several can be looked at before the first is put: a fault is answered as",
    "ever, and what is right with 200 and what would count. Agents, servers, notes and goals are checked the same way.",
  );
  say(
    "A version that lowers a guard (risk, approvals, permissions, dependencies, resources, a rate limit, calls at once, what",
    "undoes it, who is asked about an unknown outcome) takes two: it is answered with 202 and `pending`, and is in force when a second person",
    "has put the same. Until then `GET /contracts` lists it under `pending`, and the version before holds:",
  );
  await show(tom, "PUT", "/contracts/crm_note", { ...contract, requires_approval: false, approvals_required: 0 });
  say(
    "`outcome_resolution` says what is done about a call without an answer: `QUERYABLE` is looked up, `IDEMPOTENT_KEY` is sent again while the service knows the key (`idempotency_window_seconds` after the first sending, a day unless told), `OPAQUE` is a question to a person.",
  );
  say(
    '`compensation` is `"adapter"` (of a standard tool, or of a binding with an undo), `"none"`, or another tool, which is called to undo: `{"tool_name": "remove_note", "arguments": {"contact_id": "{contact_id}", "note": {"$output": "/note_id"}}}` fills its arguments from the call and its output. That tool is registered before: an argument that it lacks or wants, or one that stands in the template and does not fit it, is refused. Its own contract holds for it: where it wants approval, people are asked before anything is undone.',
  );
  say(
    "What an approver of a call would see, before any agent proposes one: MOCK and DRY_RUN, made as a rehearsal makes them and under",
    "the same locks. Nothing is sent that writes; either of the two may be `{made: false, why}`.",
  );
  await show(tom, "POST", "/contracts/ghl_update_contact/try", {
    arguments: { contact_id: "c1", fields: { stage: "customer" } },
  });
  await show(tom, "PUT", "/agents/agent_1", { owner: "olga", granted_permissions: ["ghl_access", "ghl_write"] });
  say(
    "A change that narrows what an agent may do counts at once. One that widens it (a permission, who may submit for it, its usual",
    "confidence, another owner) takes two, as a contract that lowers a guard does; until then `GET /agents` lists it under `pending`:",
  );
  await show(tom, "PUT", "/agents/agent_1", { owner: "olga", granted_permissions: ["ghl_access", "email_send"] });
  await show(tom, "PUT", "/memory/ann-1", { agent_id: "agent_1", text: "Ann prefers mail to calls", tags: ["ann"] });
  await show(tom, "GET", "/memory?agent_id=agent_1&limit=1");
  await show(tom, "POST", "/memory/ann-1/remove", { agent_id: "agent_1" });
  await show(tom, "PUT", "/goals/inbound", { title: "Answer every inbound mail", progress: 0.4 });
  await show(alice, "GET", "/agents");

  say("## Health, metrics, signals");
  await show(alice, "GET", "/health");
  await show(alice, "GET", "/metrics/approval_rate?since=2026-01-31T00:00:00Z");
  say(
    "`GET /calibration` sets, over seven days, the confidence that each agent stated beside how many of its LIVE calls came out, and lists the outcomes of each tool; `limit` counts both, and `next` leads on.",
  );
  await show(alice, "GET", "/calibration?limit=1000");
  say("`GET /signals?target_phase=16` (or 19) pages through learning signals, newest first.");
  await show(alice, "GET", "/signals?target_phase=19&limit=1");

  say("## Errors");
  say(
    "`type` is `urn:buddy:problem:` and a kind; `violations` have `path` (JSON Pointer into the body, `/query/...`, `/path/...`",
    "or `/header/...`), `rule` and `message`, 100 at most, `more` counts the rest; `limit` names a limit; `instance` names an",
    "unexpected error in the logs.",
  );
  say(
    "| status | kind | when |",
    "|---|---|---|",
    "| 400 | invalid-input | violations say what and where |",
    "| 401 | unauthenticated | no token, or one that is not believed |",
    "| 403 | forbidden | the scope is missing; four eyes |",
    "| 404 | not-found | no such thing, no such route |",
    "| 405 | method-not-allowed | `Allow` names those that are |",
    "| 409 | conflict | not as things stand: decided already, expired, locked, still running, another body under the key |",
    "| 413 | too-large | `limit` says what is the most |",
    "| 415 | unsupported-media-type | send application/json |",
    "| 416 | range-not-satisfiable | the file is shorter |",
    "| 422 | answer-too-large | ask for a smaller page or a range |",
    "| 429 | too-many | `limit` says what is the most; ask again after `Retry-After` |",
    "| 502 | unfit-answer | of `/mcp`, where a server behind answered a read with what is not passed on: it says what and where |",
    "| 503 | contended | others changed the same thing at every try; send it again in a moment |",
    "| 503 | not-reached | of one decision among many: there was no time left for it; send it again |",
    "| 503 | unanswered | of `/mcp`, where a server behind is down or does not answer in time: it says which and why; ask again later |",
    "| 500 | internal | unexpected; read the state again, or send the same Idempotency-Key again |",
  );
  await expect(`${lines.join("\n").trimEnd()}\n`).toMatchFileSnapshot("../../../docs/api.md");
});
