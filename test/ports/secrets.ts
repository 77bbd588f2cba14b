import { expect, it } from "vitest";
import type { SecretNames, Secrets } from "../../shared/ports/secrets.ts";

type Texts = { readonly [name: string]: string };
type Families<Each> = { readonly read: Each; readonly write: Each };

/** The promises of every place for secrets. */
export const secretsSuite = (name: string, keep: (texts: Families<Texts>) => Promise<Families<Secrets>>): void => {
  it(`secrets ${name} are given by family and name, and one family knows nothing of the other's`, async () => {
    const { read, write } = await keep({
      read: { crm: "text for reading", both: "the same text" },
      write: { crm: "text for writing", both: "the same text", only: "for writing only" },
    });
    expect([read.family, write.family]).toEqual(["read", "write"]);
    expect([await read.get("crm"), await write.get("crm")]).toEqual(["text for reading", "text for writing"]);
    expect([await read.get("only"), await write.get("only")]).toEqual([undefined, "for writing only"]);
    for (const none of ["none", "toString", "__proto__"]) expect(await read.get(none)).toBeUndefined();
  });
};

/** The promises of every list of secrets: names by family, and no text. */
export const secretNamesSuite = (name: string, keep: (texts: Families<Texts>) => Promise<SecretNames>): void => {
  it(`names of secrets ${name} are known by family`, async () => {
    const names = await keep({
      read: { crm: "text for reading" },
      write: { crm: "text for writing", only: "for writing" },
    });
    expect([await names.has("read", "crm"), await names.has("write", "crm")]).toEqual([true, true]);
    expect([await names.has("read", "only"), await names.has("write", "only")]).toEqual([false, true]);
    for (const none of ["none", "toString", "__proto__"]) expect(await names.has("write", none)).toBe(false);
  });
};
