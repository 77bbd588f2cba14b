/** A place in the console, as its address says. */
export type Place = { readonly page: "inbox"; readonly request: string | null } | { readonly page: "nowhere" };

const part = decodeURIComponent;

/** The place at `path`, which begins with `/console`. */
export const placeAt = (path: string): Place => {
  const parts = path.split("/").filter((each) => each !== "");
  const [, first, id] = parts;
  if (first === undefined) return { page: "inbox", request: null };
  if (first === "requests" && id !== undefined && parts.length === 3) return { page: "inbox", request: part(id) };
  return { page: "nowhere" };
};

export const pathOf = {
  inbox: () => "/console",
  request: (id: string) => `/console/requests/${encodeURIComponent(id)}`,
};
