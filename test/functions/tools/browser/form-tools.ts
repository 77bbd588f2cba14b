import type { Browser } from "playwright-core";
import { chromiumPages, type KeptPages } from "../../../../functions/adapters/browser/chromium-pages.ts";
import { memorySecrets } from "../../../../functions/adapters/memory/secrets.ts";
import type { BrowserWay } from "../../../../functions/tools/browser/way.ts";
import { knownSecrets } from "../../../../functions/tools/known-secrets.ts";
import { dryRunToolbox, liveToolbox, mockToolbox } from "../../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../../functions/tools/world/memory-world.ts";
import { defineContract } from "../../../../shared/contracts/define-contract.ts";
import type { ToolContract } from "../../../../shared/contracts/tool-contract.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import { accept } from "../../../../shared/plan/result.ts";
import type { VisitLimits } from "../../../../shared/ports/pages.ts";
import type { FormApp } from "../../../counterparts/form-app.ts";

type App = Pick<FormApp, "host" | "url">;
const text = { type: "string" };
const writes = {
  risk_level: "MEDIUM",
  timeout_seconds: 10,
  requires_approval: true,
  approvals_required: 1,
};

/** Fills in some fields of the first page, and can take that back. */
export const fillAccount = ({ host, url }: App, changes: JsonObject = {}): JsonObject => ({
  tool_name: "account_fill",
  ...writes,
  reversible: true,
  compensation: "adapter",
  outcome_resolution: "QUERYABLE",
  input_schema: {
    type: "object",
    properties: { email: text, plan: { enum: ["free", "team"] }, news: { type: "boolean" } },
    required: ["email", "plan", "news"],
    additionalProperties: false,
  },
  binding: {
    kind: "browser",
    hosts: [host],
    open: `${url}/`,
    actions: [
      { fill: { label: "Work email" }, value: { $arg: "/email" } },
      { fill: { role: "combobox", name: "Plan" }, value: { $arg: "/plan" } },
      { fill: { selector: "#news" }, value: { $arg: "/news" } },
    ],
  },
  ...changes,
});

/** Opens an account: two pages, one effect, which the application knows by the call's key. */
export const openAccount = ({ host, url }: App, changes: JsonObject = {}): JsonObject => ({
  tool_name: "account_open",
  ...writes,
  reversible: false,
  compensation: "none",
  outcome_resolution: "QUERYABLE",
  input_schema: { type: "object", properties: { email: text }, required: ["email"], additionalProperties: false },
  binding: {
    kind: "browser",
    hosts: [host],
    open: `${url}/`,
    actions: [
      { fill: { label: "Work email" }, value: { $arg: "/email" } },
      { click: { role: "button", name: "Next" } },
      { fill: { label: "Reference" }, value: { $key: true } },
      { click: { role: "button", name: "Open the account" } },
    ],
    done_when: { role: "status" },
    output: "/url",
    look_up: {
      open: `${url}/asked?reference={$key}`,
      actions: [{ read: { selector: "#made" }, as: "made" }],
      happened_when: { path: "/made", equals: "made" },
      did_not_happen_when: { path: "/made", equals: "not made" },
      output: "/done",
    },
  },
  ...changes,
});

/** Clicks the one thing that an odd page has. */
export const goOn = ({ host, url }: App, page: string, changes: JsonObject = {}): JsonObject => ({
  tool_name: "page_go",
  ...writes,
  reversible: false,
  compensation: "none",
  outcome_resolution: "OPAQUE",
  input_schema: { type: "object", properties: {}, additionalProperties: false },
  binding: {
    kind: "browser",
    hosts: [host],
    open: `${url}${page}`,
    actions: [{ click: { selector: page.endsWith("twice") ? ".go" : "#go" } }],
  },
  ...changes,
});

/** Signs somebody in by the secret `forms`. */
export const signingInAt = ({ url }: App): JsonObject => ({
  open: `${url}/sign-in`,
  actions: [
    { fill: { label: "User" }, value: "ada" },
    { fill: { label: "Password" }, secret: "forms" },
    { click: { role: "button", name: "Sign in" } },
  ],
  signed_in_when: { role: "heading", name: "Signed in" },
});

/** Reads a page. */
export const inspect = ({ host, url }: App, page = "/", changes: JsonObject = {}): JsonObject => ({
  tool_name: "page_inspect",
  risk_level: "LOW",
  reversible: true,
  timeout_seconds: 5,
  requires_approval: false,
  approvals_required: 0,
  outcome_resolution: "QUERYABLE",
  input_schema: { type: "object", properties: {}, additionalProperties: false },
  binding: {
    kind: "browser",
    hosts: [host],
    open: `${url}${page}`,
    actions: [
      { read: "page", as: "text" },
      { look: true, as: "seen" },
    ],
  },
  ...changes,
});

export const defined = (source: JsonObject): ToolContract => {
  const contract = defineContract(source, 1);
  if (!contract.ok) throw new Error(JSON.stringify(contract.refusal));
  return contract.value;
};

type Options = {
  readonly allowed_hosts?: readonly string[];
  readonly networks?: readonly string[];
  readonly most_agents?: number;
  readonly now?: () => number;
  /** Milliseconds for each visit. */
  readonly patience?: number | (() => number);
};

/** Pages in a browser that is the test's own and outlives them. */
export const pagesIn = (browser: () => Browser, app: App, options: Options = {}): KeptPages => {
  const { allowed_hosts = [app.host], networks = [], most_agents, now = Date.now, patience = 20_000 } = options;
  const pages = chromiumPages({
    start: async () => accept(browser()),
    reach: { allowed_hosts, networks, loopback: true },
    now,
    ...(most_agents === undefined ? {} : { most_agents }),
  });
  // A machine that is busy with other things is no failure.
  return waitingFor(pages, patience);
};

/** The same pages, which wait for something else than the tool's time: shorter in tests in which nothing comes. */
export const waitingFor = (pages: KeptPages, patience: number | (() => number)): KeptPages => {
  const shorter = (limits: VisitLimits): VisitLimits => ({
    ...limits,
    timeout_ms: typeof patience === "number" ? patience : patience(),
  });
  return {
    ...pages,
    look: (visit, limits) => pages.look(visit, shorter(limits)),
    lookToAct: (visit, limits) => pages.lookToAct(visit, shorter(limits)),
    act: (visit, limits) => pages.act(visit, shorter(limits)),
  };
};

/** For tests in which what is waited for does not come. */
export const IMPATIENT = 8_000;

export const wayOver = (pages: KeptPages, secrets: { readonly [name: string]: string } = {}): BrowserWay => ({
  pages,
  read: memorySecrets("read", secrets),
  write: memorySecrets("write", secrets),
  known: knownSecrets(),
});

export const toolsOver = (contract: ToolContract, browser: BrowserWay) => {
  const world = memoryWorld();
  return {
    mock: mockToolbox().adapterFor(contract),
    dryRun: dryRunToolbox(world, { ways: { browser } }).adapterFor(contract),
    live: liveToolbox(world, { ways: { browser } }).adapterFor(contract),
  };
};
