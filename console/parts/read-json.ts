import { scanJson } from "../../shared/plan/json-scan.ts";
import type { Json } from "../../shared/plan/json-value.ts";

export type ReadJson = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly why: string };

/**
 * JSON that a person wrote, refused where the API refuses it in a body: the browser would send one of two equal keys,
 * and fewer digits, and nobody would see that something else was written.
 */
export const readJson = (written: string): ReadJson => {
  try {
    const value: Json = JSON.parse(written);
    const scan = scanJson(written);
    const [twice] = scan.ok ? scan.duplicates : [];
    if (twice !== undefined)
      return { ok: false, why: `has ${JSON.stringify(twice.key)} twice (${twice.path}); keep one of them` };
    const [lost] = scan.ok ? scan.lost : [];
    return lost === undefined ? { ok: true, value } : { ok: false, why: `has more digits than are kept (${lost})` };
  } catch (error) {
    return { ok: false, why: `is not JSON: ${error instanceof Error ? error.message : "unreadable"}` };
  }
};
