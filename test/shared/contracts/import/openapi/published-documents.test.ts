import { describe, expect, it } from "vitest";
import { defineContract } from "../../../../../shared/contracts/define-contract.ts";
import { importOpenApi } from "../../../../../shared/contracts/import/openapi/import-openapi.ts";
import { canonicalJson } from "../../../../../shared/plan/digest.ts";
import { json } from "../../../../../shared/plan/json.ts";
import { publishedDocuments } from "../../../../fixtures/published-openapi.ts";
import { SaidByDocument } from "./said-by-document.ts";

const listsOf = (name: string): string =>
  `it takes a form with lists in one value or under made names, and bindings repeat the name for each element: ${name}`;

/** The operations of each document that cannot be tools, by the reason. */
const REFUSED: Readonly<Record<string, ReadonlyMap<string, readonly string[]>>> = {
  GitHub: new Map(),
  Stripe: new Map([
    [
      'its query parameter "scope" is an object, which an address has no one way to write',
      ["GetAppsSecrets", "GetAppsSecretsFind"],
    ],
    ["it takes a body of multipart/form-data, and bindings send JSON and forms", ["PostFiles"]],
    [listsOf("features"), ["PostFinancialConnectionsAccountsAccountRefresh", "PostLinkedAccountsAccountRefresh"]],
    [listsOf("permissions"), ["PostFinancialConnectionsSessions", "PostLinkAccountSessions"]],
    [listsOf("line_items"), ["PostPaymentLinks", "PostTaxCalculations"]],
    [listsOf("values"), ["PostSourcesSourceVerify"]],
    [listsOf("supported_currencies"), ["PostTreasuryFinancialAccounts"]],
    [listsOf("enabled_events"), ["PostWebhookEndpoints"]],
  ]),
  Kubernetes: new Map([
    [
      "OPTIONS is no call of a tool: it asks about the service itself",
      [
        "connectCoreV1OptionsNamespacedPodProxy",
        "connectCoreV1OptionsNamespacedPodProxyWithPath",
        "connectCoreV1OptionsNamespacedServiceProxy",
        "connectCoreV1OptionsNamespacedServiceProxyWithPath",
        "connectCoreV1OptionsNodeProxy",
        "connectCoreV1OptionsNodeProxyWithPath",
      ],
    ],
  ]),
};

/** Of so many tools one is compiled as well: that takes ten times as long as to read a schema, which is done with all. */
const COMPILED = 100;

describe("the operations of a large OpenAPI document that npm carries", () => {
  it.each(publishedDocuments)(
    "operations of a large OpenAPI document that npm carries are registered, or refused with a reason: $of",
    ({ of, read, counts }) => {
      const document = read();
      const made = importOpenApi(document, { location: of, pick: [], server: "https://api.example.com" });
      if (!made.ok) throw new Error(JSON.stringify(made.refusal));
      const { tools, refused } = made.value;
      const said = new SaidByDocument(document);
      expect([said.operations.size, tools.length]).toEqual(counts);
      const by = Map.groupBy(refused, ({ reasons }) => reasons.join("; "));
      expect(new Map([...by].map(([reason, all]) => [reason, all.map(({ original }) => original)]))).toEqual(
        REFUSED[of],
      );
      expect(tools.length + refused.length).toBe(said.operations.size);
      expect(tools.flatMap((tool) => said.lacking(tool))).toEqual([]);
      for (const { original, contract } of tools) {
        const reads = /^(get|head)$/.test(said.operations.get(original)?.method ?? "");
        expect(contract).toMatchObject(
          reads ? { risk_level: "LOW" } : { risk_level: "HIGH", requires_approval: true, reversible: false },
        );
      }
      for (const { contract } of tools.filter((_, index) => index % COMPILED === 0)) {
        const defined = defineContract(contract, 1);
        if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
        expect(canonicalJson(json.parse(defined.value.input_schema))).toBe(
          canonicalJson(contract.input_schema ?? null),
        );
      }
    },
  );
});
