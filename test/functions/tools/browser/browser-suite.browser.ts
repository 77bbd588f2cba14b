import fc from "fast-check";
import { afterAll, afterEach } from "vitest";
import type { KeptPages } from "../../../../functions/adapters/browser/chromium-pages.ts";
import type { ToolContract } from "../../../../shared/contracts/tool-contract.ts";
import type { FieldChange } from "../../../../shared/execution/preview.ts";
import { describeInBrowser } from "../../../browser/describe-in-browser.ts";
import { startFormApp } from "../../../counterparts/form-app.ts";
import { type Place, toolAdapterSuite } from "../../../ports/tool-adapter.ts";
import { defined, fillAccount, inspect, openAccount, pagesIn, toolsOver, wayOver } from "./form-tools.ts";

const app = await startFormApp();
afterAll(app.stop);

const OWNER = { execution_id: "exec_1", agent_id: "agent_1", hosts: [app.host] };
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
    pages = pagesIn(browser, app);
    const mine = pages;
    return {
      ...toolsOver(contract, wayOver(pages)),
      snapshot: fields,
      difference,
      overwrite: async () => {
        const element = { by: "label", label: "Work email" } as const;
        await mine.act(
          { owner: OWNER, actions: [{ kind: "fill", element, value: "somebody@else" }] },
          { timeout_ms: 5_000 },
        );
        return "somebody else has written since";
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
  for (const [source, args] of [
    [fillAccount(app), filling],
    [openAccount(app), opening],
    [inspect(app), fc.constant({})],
  ] as const) {
    const contract = defined(source);
    toolAdapterSuite({ contract, arguments: args, makePlace: place(contract), runs: 1 });
  }
});
