import { describe, expect, it } from "vitest";
import { defineContract } from "../../../shared/contracts/define-contract.ts";
import { countResources, resourcesOf, writtenKeysOf } from "../../../shared/contracts/resources.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { contractInput } from "./contract-inputs.ts";

const input_schema: JsonObject = {
  type: "object",
  properties: {
    paths: { type: "array", items: { type: "string" } },
    files: { type: "array", items: { $ref: "#/$defs/file" } },
    one: { $ref: "#/$defs/file" },
    name: { type: "string" },
    tuple: { type: "array", prefixItems: [{ type: "string" }, { type: "string" }], items: false },
    nothing: { type: "null" },
    always: { const: null },
  },
  $defs: { file: { type: "object", properties: { path: { type: "string" } }, additionalProperties: false } },
  additionalProperties: false,
};

const faultOf = (key: string, schema = input_schema): string => {
  const made = defineContract(
    contractInput("HIGH", { input_schema: schema, resources: [{ key, access: "write" }] }),
    1,
  );
  return made.ok ? "" : made.refusal.violations.map(({ path, message }) => `${path} ${message}`).join("\n");
};

const keysOf = (key: string, args: JsonObject, at?: string) =>
  resourcesOf(
    { resources: [{ key, access: "write" }], input_schema: {} },
    args,
    at === undefined ? [] : [{ at, from: "s1", path: "" }],
  );

describe("a place of a resource key", () => {
  it.each([
    ["file:{paths}", "takes a list in {paths}: write {paths[]} for one key for each element"],
    ["file:{files.path}", "takes {files.path} out of a list: write {files[].path}"],
    ["file:{paths.length}", "takes {paths.length} out of a list: write {paths[]} for one key for each element"],
    ["file:{paths.-1}", "takes {paths.-1} out of a list: write {paths[]} for one key for each element"],
    ["file:{tuple.2}", "takes {tuple.2} out of a list, which never has such an element"],
    ["file:{nothing}", "takes {nothing}, which is always null and names nothing"],
    ["file:{always}", "takes {always}, which is always null and names nothing"],
    ["file:{name[]}", "takes each element of {name}, which is no list"],
    ["file:{one.pth}", 'takes argument "one.pth", which the tool does not have; did you mean "path"'],
    ["file:{nme}", 'takes argument "nme", which the tool does not have; did you mean "name"'],
    ["file:{name.first}", 'takes argument "name.first", which the tool does not have'],
  ])("a place of a resource key that can never be filled is refused when the contract is put: %s", (key, words) => {
    expect(faultOf(key)).toContain("/resources/0/key ");
    expect(faultOf(key)).toContain(words);
  });

  it.each([
    "file:{paths[]}",
    "file:{files[].path}",
    "file:{one.path}",
    "file:{paths.0}",
    "file:{tuple.1}",
    "file:{name}:{paths[]}",
  ])("a place of a resource key that can be filled is taken: %s", (key) => {
    expect(faultOf(key)).toBe("");
  });

  it("a place of a resource key is taken where the schema leaves open what stands there", () => {
    expect(faultOf("file:{anything.at[]}", { type: "object" })).toBe("");
  });
});

describe("a key for each element of a list", () => {
  it("a key for each element of a list names every element once", () => {
    expect(keysOf("file:{paths[]}", { paths: ["a", "b", "a"] }).map(({ key }) => key)).toEqual(["file:a", "file:b"]);
    expect(keysOf("file:{files[].path}", { files: [{ path: "x" }, {}, { path: "y" }] }).map(({ key }) => key)).toEqual([
      "file:x",
      "file:y",
    ]);
  });

  it("a key for each element of a list keeps places of one element together, and other arguments beside them", () => {
    const args = {
      drive: "d",
      files: [
        { dir: "1", name: "a" },
        { dir: "2", name: "b" },
      ],
    };
    expect(keysOf("{drive}:{files[].dir}:{files[].name}", args).map(({ key }) => key)).toEqual(["d:1:a", "d:2:b"]);
    expect(keysOf("{rows[].cells[]}", { rows: [{ cells: [1, 2] }, { cells: [3] }] }).map(({ key }) => key)).toEqual([
      "1",
      "2",
      "3",
    ]);
  });

  it("a key for each element of a list is one key that may be any where the list is a result, and one where an element is", () => {
    const open = { key: "file:*", access: "write", unresolved: true } as const;
    expect(keysOf("file:{paths[]}", { paths: {} }, "/paths")).toEqual([open]);
    expect(keysOf("file:{paths[]}", { paths: ["a", {}] }, "/paths/1")).toEqual([
      { key: "file:a", access: "write", unresolved: false },
      open,
    ]);
  });

  it("a key for each element of a list is none where there is no list, or it is empty", () => {
    expect(keysOf("file:{paths[]}", {})).toEqual([]);
    expect(keysOf("file:{paths[]}", { paths: [] })).toEqual([]);
  });
});

const oneOrList: JsonObject = { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] };

describe("a place of a resource key where one value or a list may stand", () => {
  it.each<[string, JsonObject]>([
    ["a choice of both", { properties: { a: oneOrList } }],
    ["a list of types", { properties: { a: { type: ["string", "array"], items: { type: "string" } } } }],
    ["nothing that is said", {}],
  ])("a place of one value or a list names each element by either form: %s", (_, schema) => {
    for (const key of ["r:{a}", "r:{a[]}"]) {
      expect(faultOf(key, { type: "object", ...schema })).toBe("");
      expect(keysOf(key, { a: "x" }).map((each) => each.key)).toEqual(["r:x"]);
      expect(keysOf(key, { a: ["x"] }).map((each) => each.key)).toEqual(["r:x"]);
      expect(keysOf(key, { a: ["x", "y", "x"] }).map((each) => each.key)).toEqual(["r:x", "r:y"]);
      expect(keysOf(key, { a: [] })).toEqual([]);
      expect(keysOf(key, { a: null })).toEqual([]);
    }
  });

  it("a place of one value or a list names what stands in it, and keeps places of one element together", () => {
    const [one, two] = [
      { dir: "1", name: "a" },
      { dir: "2", name: "b" },
    ];
    for (const key of ["{f.dir}:{f.name}", "{f[].dir}:{f[].name}", "{f.dir}:{f[].name}"]) {
      expect(keysOf(key, { f: one }).map((each) => each.key)).toEqual(["1:a"]);
      expect(keysOf(key, { f: [one, two] }).map((each) => each.key)).toEqual(["1:a", "2:b"]);
    }
    expect(keysOf("{f.1.name}", { f: [one, two] }).map((each) => each.key)).toEqual(["b"]);
  });

  it("a place of one value or a list is what the default says, whichever of them that is", () => {
    const schema = { properties: { a: { default: ["x", "y"] }, f: { default: { p: "z" } } } };
    const resources = ["{a}", "{a[]}", "{f.p}", "{f[].p}"].map((key) => ({ key, access: "write" as const }));
    const keys = resourcesOf({ resources, input_schema: schema }, {}, []).map(({ key }) => key);
    expect(keys).toEqual(["x", "y", "x", "y", "z", "z"]);
  });

  it("a place of one value or a list is open for the elements that are results, and where it is one itself", () => {
    const open = { key: "r:*", access: "write", unresolved: true } as const;
    expect(keysOf("r:{a}", { a: ["x", {}] }, "/a/1")).toEqual([
      { key: "r:x", access: "write", unresolved: false },
      open,
    ]);
    expect(keysOf("r:{a}", { a: {} }, "/a")).toEqual([open]);
    expect(keysOf("r:{f[].p}", { f: { p: {} } }, "/f/p")).toEqual([open]);
  });

  it("a place of one value or a list names no more resources than a list may", () => {
    const contract = { resources: [{ key: "r:{a}", access: "write" as const }], input_schema: {} };
    const a = Array.from({ length: 101 }, (_, index) => index);
    expect(countResources(contract, { a }, []).tooMany).toMatchObject({ path: "/a", rule: "too_many_resources" });
    expect(resourcesOf(contract, { a }, [])).toEqual([{ key: "r:*", access: "write", unresolved: true }]);
    expect(countResources(contract, { a: a.slice(1) }, [])).toEqual({ count: 100, tooMany: undefined });
  });

  it("a place of one value or a list is held by each element, and by the whole list as earlier releases held it", () => {
    const contract = { resources: [{ key: "r:{a}", access: "write" as const }], input_schema: {} };
    expect(writtenKeysOf(contract, { a: ["x", "y"] })).toEqual(["r:x", "r:y", "r:~%5B%22x%22%2C%22y%22%5D"]);
    expect(writtenKeysOf(contract, { a: "x" })).toEqual(["r:x"]);
    expect(writtenKeysOf(contract, {})).toEqual([]);
  });
});
