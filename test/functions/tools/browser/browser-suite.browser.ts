import fc from "fast-check";
import { afterAll, afterEach } from "vitest";
import type { KeptPages } from "../../../../functions/adapters/browser/chromium-pages.ts";
import type { ToolContract } from "../../../../shared/contracts/tool-contract.ts";
import type { FieldChange } from "../../../../shared/execution/approval/preview.ts";
import { describeInBrowser } from "../../../browser/describe-in-browser.ts";
import { type Misbehaviour, startFormApp } from "../../../counterparts/form-app.ts";
import { type Place, toolAdapterSuite } from "../../../ports/tool-adapter.ts";
import type { Meeting } from "../../../ports/tool-cases.ts";
import { defined, fillAccount, IMPATIENT, inspect, openAccount, pagesIn, toolsOver, wayOver } from "./form-tools.ts";

const app = await startFormApp();
afterAll(app.stop);

const OWNER = { execution_id: "exec_1", agent_id: "agent_1", hosts: [app.host] };
const PATIENT = 20_000;
const MEETS: { readonly [How in Meeting]?: Misbehaviour } = {
  failed_after: "fails_after",
  silent_after: "never_answers_after",
  broken_before: "refuses",
};
const SPOKEN: { readonly [label: string]: string } = {
  "Work email": 'textbox "Work email"',
  Plan: 'combobox "Plan"',
  News: 'checkbox "News"',
};

await describeInBrowser("a tool that is bound to a page", (browser) => {
  let pages: KeptPages | undefined;
  afterEach(() => pages?.closeAll());

  const fields = async (): Promise<Place["snapshot"] extends () => Promise<infer All> ? All : never> => {
    const seen = await pages?.look({ owner: OWNER, open: `${app.url}/`, actions: [] }, { timeout_ms: 5_000 });
    if (seen?.kind !== "seen") throw new Error(JSON.stringify(seen));
    return { [`${app.url}/`]: seen.fields, effects: { made: [...app.effects] } };
  };

  const difference: Place["difference"] = (before, after) =>
    Object.entries(after).flatMap(([record, now]) =>
      Object.keys(now).flatMap((field): FieldChange[] => {
        const [old, next] = [before[record]?.[field] ?? null, now[field] ?? null];
        const same = JSON.stringify(old) === JSON.stringify(next);
        return same ? [] : [{ record, field: SPOKEN[field] ?? field, old, new: next }];
      }),
    );

  const place = (contract: ToolContract) => async (): Promise<Place> => {
    await pages?.closeAll();
    app.clear();
    let patience = PATIENT;
    pages = pagesIn(browser, app, { patience: () => patience });
    const mine = pages;
    const fill = async (field: string, value: string): Promise<void> => {
      const element = { by: "label", label: field } as const;
      const visit = { owner: OWNER, open: `${app.url}/`, actions: [{ kind: "fill", element, value } as const] };
      const acted = await mine.act(visit, { timeout_ms: PATIENT });
      if (acted.kind !== "done") throw new Error(acted.why);
    };
    return {
      ...toolsOver(contract, wayOver(pages)),
      snapshot: fields,
      difference,
      overwrite: async () => {
        await fill("Work email", "somebody@else");
        return "somebody else has written since";
      },
      effects: () => app.effects.length,
      drift: async () => {
        if (contract.tool_name === "account_open") app.misbehave("drifted");
        else await fill("Work email", "in@between");
        return true;
      },
      beside: () => fill("Company", "another's"),
      meets: async (how) => {
        if (how === "silent_after") patience = IMPATIENT;
        app.misbehave(MEETS[how]);
        app.atRequest("GET /asked", async () => app.misbehave(undefined));
      },
      marks: {},
      looksUp: { forward: contract.tool_name === "account_open", compensation: "as_answered" },
      previews: contract.tool_name !== "account_open",
    };
  };

  const filling = fc.record(
    { email: fc.constantFrom("a@b.c", "x@y.z"), plan: fc.constant("team"), news: fc.boolean() },
    { noNullPrototype: true },
  );
  const opening = fc.record({ email: fc.constantFrom("a@b.c", "x@y.z") }, { noNullPrototype: true });
  const kept = "what it fills in stays in the page: nothing is sent that a site could answer";
  const fills = { undo_silent_after: kept, failed_after: kept, silent_after: kept, broken_before: kept };
  for (const [source, args, cannot] of [
    [fillAccount(app), filling, fills],
    [openAccount(app), opening, {}],
    [inspect(app), fc.constant({}), {}],
  ] as const) {
    const contract = defined(source);
    toolAdapterSuite({ contract, arguments: args, makePlace: place(contract), runs: 1, cannot });
  }
});
