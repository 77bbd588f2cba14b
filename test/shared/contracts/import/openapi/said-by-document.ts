import { isDeepStrictEqual } from "node:util";
import type { ProposedTool } from "../../../../../shared/contracts/import/proposal-file.ts";
import type { Json, JsonObject } from "../../../../../shared/plan/json.ts";
import { followed, objectOf, SchemaDifferences } from "./schema-differences.ts";

type Operation = { readonly method: string; readonly parameters: readonly JsonObject[]; readonly told: JsonObject };

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const METHODS = ["get", "head", "post", "put", "patch", "delete", "options", "trace"];
const TYPES = [/json/, /^\*\/\*/, /x-www-form-urlencoded/];

/** A warning names the fields that a form cannot have. */
const isToldOf = (at: string, warnings: readonly string[]): boolean =>
  warnings
    .flatMap((warning) => /^its form takes no ([^:]*):/.exec(warning)?.[1]?.split(", ") ?? [])
    .some((name) => `${at}/`.startsWith(`/body/properties/${name}/`));

/**
 * A second reading of a document, which shares nothing with the import but the way to a place: whatever the document says
 * of what a call sends and what it answers stands in the contract, or a warning names it.
 */
export class SaidByDocument {
  readonly #root: JsonObject;
  readonly #schemas: SchemaDifferences;
  readonly operations: ReadonlyMap<string, Operation>;

  constructor(root: JsonObject) {
    this.#root = root;
    this.#schemas = new SchemaDifferences(root);
    this.operations = new Map(
      Object.entries(objectOf(root.paths)).flatMap(([path, given]) => {
        const item = objectOf(followed(root, given));
        return METHODS.filter((method) => method in item).map((method): [string, Operation] => {
          const told = objectOf(item[method]);
          return [
            String(told.operationId ?? `${method.toUpperCase()} ${path}`),
            { method, told, parameters: this.#parameters(item, told) },
          ];
        });
      }),
    );
  }

  /** The points of an operation that its proposed tool lacks, in words. */
  lacking({ original, contract, warnings }: ProposedTool): string[] {
    const operation = this.operations.get(original);
    if (operation === undefined) return [`${original}: no such operation`];
    const input = objectOf(contract.input_schema);
    return [
      ...operation.parameters.flatMap((parameter) => this.#ofParameter(parameter, contract, warnings)),
      ...this.#ofBody(operation, input, warnings),
      ...this.#ofAnswer(operation, contract, warnings),
      ...(input.additionalProperties === false ? [] : ["its arguments are open"]),
    ].map((words) => `${original}: ${words}`);
  }

  #parameters(item: JsonObject, told: JsonObject): JsonObject[] {
    const all = [...listOf(item.parameters), ...listOf(told.parameters)];
    const read = all.map((each) => objectOf(followed(this.#root, each)));
    // The word of an operation on a parameter goes before that of its path.
    return [...new Map(read.map((each) => [`${String(each.in)} ${String(each.name)}`, each])).values()];
  }

  #ofParameter(parameter: JsonObject, contract: JsonObject, warnings: readonly string[]): string[] {
    const name = String(parameter.name);
    const required = parameter.required === true || parameter.in === "path";
    const input = objectOf(contract.input_schema);
    const properties = objectOf(input.properties);
    if (parameter.in === "header" || !(name in properties)) {
      const fixed = name in objectOf(objectOf(objectOf(contract.binding).call).headers);
      const told = warnings.some((warning) => warning.includes(`parameter "${name}" is left out`));
      return fixed || (told && !required) ? [] : [`nothing of its parameter ${name}`];
    }
    return [
      ...(required && !listOf(input.required).includes(name) ? [`${name} is required`] : []),
      ...this.#schemas.between(parameter.schema ?? {}, properties[name], input, `/${name}`),
    ];
  }

  #ofBody({ told, method }: Operation, input: JsonObject, warnings: readonly string[]): string[] {
    const body = objectOf(followed(this.#root, told.requestBody));
    const schema = this.#schemaIn(body, TYPES);
    const sent = objectOf(input.properties).body;
    if (schema === undefined || method === "get" || method === "head") {
      const left = warnings.some((warning) => warning.startsWith("its body is left out"));
      return Object.keys(objectOf(body.content)).length === 0 || (left && body.required !== true) ? [] : ["its body"];
    }
    return [
      ...(body.required === true && !listOf(input.required).includes("body") ? ["its body is required"] : []),
      ...this.#schemas.between(schema, sent, input, "/body").filter((at) => !isToldOf(at, warnings)),
    ];
  }

  #ofAnswer({ told, method }: Operation, { output_schema }: JsonObject, warnings: readonly string[]): string[] {
    if (method === "head" || warnings.some((warning) => warning.startsWith("its output_schema is left out"))) return [];
    const answers = Object.entries(objectOf(told.responses))
      .sort()
      .filter(([status]) => /^2/.test(status))
      .map(([status, response]) => (/^20[45]$/.test(status) ? {} : objectOf(followed(this.#root, response))));
    const said = answers.flatMap((answer) => this.#schemaIn(answer, [/json/]) ?? []);
    const differing = said.filter((each, at) => !said.slice(0, at).some((one) => isDeepStrictEqual(one, each)));
    const made = objectOf(output_schema);
    if (differing.length === 1 && said.length === answers.length)
      return this.#schemas.between(differing[0], made, made, "/output");
    const choices = listOf(made.anyOf);
    return differing.flatMap((each, at) => this.#schemas.between(each, choices[at], made, `/output/anyOf/${at}`));
  }

  #schemaIn({ content }: JsonObject, types: readonly RegExp[]): Json | undefined {
    const all = Object.entries(objectOf(content));
    const [chosen] = types.flatMap((type) => all.filter(([name]) => type.test(name)));
    return chosen === undefined ? undefined : objectOf(chosen[1]).schema;
  }
}
