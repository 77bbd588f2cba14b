import { type ChildProcess, spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contractFrom, templateOf } from "../shared/contracts/templates/index.ts";
import { isJsonObject, type JsonObject } from "../shared/plan/json.ts";
import type { Stack } from "./stack.ts";

export const PAGE_TOOL_NAMES = [
  "vision_inspect",
  "screenshot_capture",
  "form_fill",
  "button_click",
  "web_action_irreversible",
];

/** The page tools of a host, as their templates give them. */
const pageContracts = (host: string): JsonObject[] =>
  PAGE_TOOL_NAMES.map((tool) => {
    const template = templateOf(tool);
    const contract = template.ok ? contractFrom(template.value, { host }) : template;
    if (!contract.ok) throw new Error(contract.refusal);
    return contract.value;
  });

/** A sign-up over two pages; the second one's address is known when the first has been sent. */
const pagePlan = (url: string): JsonObject => {
  const step = (step_id: string, tool_name: string, args: JsonObject, depends_on: string[]): JsonObject => ({
    step_id,
    agent_id: "clerk",
    tool_name,
    confidence: 0.95,
    arguments: args,
    depends_on,
  });
  const next = { $from: "click", path: "/url" };
  return {
    plan_id: "sign_up",
    goal: "Open an account for Ada",
    agents: [{ agent_id: "clerk", permissions: ["web_write"] }],
    steps: [
      step("look", "vision_inspect", { url }, []),
      step("fill", "form_fill", { url, selector: "#email", value: "ada@example.com" }, ["look"]),
      step("click", "button_click", { url, selector: "#next" }, ["fill"]),
      step("picture", "screenshot_capture", { url: next }, ["click"]),
      step("open", "web_action_irreversible", { url: next, action: "open the account", selector: "#open" }, [
        "picture",
      ]),
    ],
  };
};

export type Application = { readonly url: string; readonly child: ChildProcess };

/** Starts the application of the examples, in a process of its own. */
export const startApplication = (root: string): Promise<Application> => {
  const { promise, resolve, reject } = Promise.withResolvers<Application>();
  const program = join(root, "examples", "pages", "application.ts");
  const child = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  child.once("error", reject);
  child.once("exit", (code) => reject(new Error(`the application ended with ${code}`)));
  child.stdout.once("data", (line: Buffer) => resolve({ url: line.toString("utf8").trim(), child }));
  return promise;
};

/** Decisions of a person who has seen it all. */
const DECISIONS = { decisions: [{ plan: "sign_up", by: "bob", decision: "approve" }] };

export type DemoFiles = { readonly contracts: string; readonly plan: string; readonly decisions: string };

/** Writes the files of the demo into a folder. */
export const writeDemo = async (folder: string, url: string): Promise<DemoFiles> => {
  const put = async (name: string, value: unknown): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
    return path;
  };
  return {
    contracts: await put("pages.contracts.json", { contracts: pageContracts(new URL(url).host) }),
    plan: await put("pages.plan.json", pagePlan(url)),
    decisions: await put("pages.decisions.json", DECISIONS),
  };
};

/** The pictures that the last execution took, as files. @returns their paths */
export const keepPictures = async ({ deps }: Pick<Stack, "deps">, folder: string): Promise<string[]> => {
  const { items } = await deps.executions.list({ limit: 1, next: null });
  const kept: string[] = [];
  const steps = await Promise.all(items.map(({ execution_id }) => deps.steps.all(execution_id)));
  for (const { step_id, live_output } of steps.flat()) {
    const output = live_output === null ? null : await deps.bodies.get(live_output);
    const image = isJsonObject(output) ? output.image : undefined;
    const [, base64] = typeof image === "string" ? image.split("data:image/jpeg;base64,") : [];
    if (base64 === undefined) continue;
    const path = join(folder, `${step_id}.jpg`);
    await writeFile(path, Buffer.from(base64, "base64"));
    kept.push(path);
  }
  return kept;
};
