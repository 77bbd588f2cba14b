/** A place in the console, as its address says. */
export type Place =
  | { readonly page: "inbox"; readonly request: string | null }
  | { readonly page: "many" }
  | { readonly page: "executions" }
  | { readonly page: "execution"; readonly id: string; readonly step: string | null }
  | { readonly page: "verify" }
  | { readonly page: "health" }
  | { readonly page: "tools" }
  | { readonly page: "people" }
  | { readonly page: "webhooks"; readonly id: string | null }
  | { readonly page: "nowhere" };

const PLAIN = ["verify", "health", "tools", "people"] as const;
const isPlain = (name: string): name is (typeof PLAIN)[number] => PLAIN.some((each) => each === name);

/** Undefined where somebody wrote what is no address. */
const decoded = (parts: readonly string[]): string[] | undefined => {
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return undefined;
  }
};

/** The place at `path`, which begins with `/console`. */
export const placeAt = (path: string): Place => {
  const parts = decoded(path.split("/").filter((each) => each !== ""));
  const [, first, id, more, step, ...rest] = parts ?? [];
  if (parts === undefined || rest.length > 0) return { page: "nowhere" };
  if (first === undefined) return { page: "inbox", request: null };
  if (first === "requests" && id !== undefined && more === undefined) return { page: "inbox", request: id };
  if (first === "many" && id === undefined) return { page: "many" };
  if (isPlain(first) && id === undefined) return { page: first };
  if (first === "webhooks" && more === undefined) return { page: first, id: id ?? null };
  if (first !== "executions") return { page: "nowhere" };
  if (id === undefined) return { page: "executions" };
  if (more === undefined) return { page: "execution", id, step: null };
  return more === "steps" && step !== undefined ? { page: "execution", id, step } : { page: "nowhere" };
};

const part = encodeURIComponent;

export const pathOf = {
  inbox: () => "/console",
  request: (id: string) => `/console/requests/${part(id)}`,
  many: () => "/console/many",
  verify: (execution?: string) => `/console/verify${execution === undefined ? "" : `?execution=${part(execution)}`}`,
  health: () => "/console/health",
  tools: () => "/console/tools",
  people: () => "/console/people",
  webhooks: () => "/console/webhooks",
  webhook: (id: string) => `/console/webhooks/${part(id)}`,
  executions: () => "/console/executions",
  execution: (id: string) => `/console/executions/${part(id)}`,
  step: (id: string, step: string) => `/console/executions/${part(id)}/steps/${part(step)}`,
} as const;
