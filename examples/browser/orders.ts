/**
 * A web application of this machine without an API: people open an order, write a note on it and save it. It keeps its
 * orders in a file.
 *
 *     npx node examples/browser/orders.ts my-orders.json
 *
 * Whoever gives a reference with a note can ask later whether it was saved: that is what a look-up needs.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";

type Order = { readonly item: string; readonly note: string };
export type Orders = {
  readonly orders: { readonly [id: string]: Order };
  /** References of notes that were saved, in order. */
  readonly saved: readonly string[];
};

export const readOrders = (path: string): Orders =>
  existsSync(path)
    ? JSON.parse(readFileSync(path, "utf8"))
    : {
        orders: { o1: { item: "A lamp, blue", note: "" }, o2: { item: "A chair", note: "for the office" } },
        saved: [],
      };

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>
body { font: 16px sans-serif; margin: 3rem } label, button { display: block; margin: 1rem 0 } input { width: 24rem }
</style></head><body><main><h1>${escaped(title)}</h1>${body}</main></body></html>`;

const orderPage = (id: string, { item, note }: Order): string =>
  page(
    `Order ${id}`,
    `<p id="item">${escaped(item)}</p>
<form aria-label="Order" method="post" action="/orders/${encodeURIComponent(id)}">
<label>Note <input id="note" name="note" value="${escaped(note)}"></label>
<label>Reference <input name="reference"></label><button>Save</button></form>`,
  );

const referencePage = (known: boolean): string => page("Reference", `<p id="state">${known ? "saved" : "unknown"}</p>`);

export const ordersService = (path: string): Server => {
  const shown = (pathname: string): string | undefined => {
    const { orders, saved } = readOrders(path);
    const [, kind, id = "", rest] = pathname.split("/").map(decodeURIComponent);
    if (kind === "references") return referencePage(saved.includes(id));
    const order = kind === "orders" && Object.hasOwn(orders, id) ? orders[id] : undefined;
    if (order === undefined) return undefined;
    return rest === "saved" ? page("The note is saved", `<p>Order ${escaped(id)}</p>`) : orderPage(id, order);
  };

  /** @returns where the browser goes next; undefined where there is no such order */
  const save = (pathname: string, form: URLSearchParams): string | undefined => {
    const { orders, saved } = readOrders(path);
    const id = decodeURIComponent(pathname.replace("/orders/", ""));
    const order = Object.hasOwn(orders, id) ? orders[id] : undefined;
    if (order === undefined) return undefined;
    const changed = { ...orders, [id]: { ...order, note: form.get("note") ?? "" } };
    writeFileSync(path, JSON.stringify({ orders: changed, saved: [...saved, form.get("reference") ?? ""] }));
    return `/orders/${encodeURIComponent(id)}/saved`;
  };

  return createServer(async (request, response) => {
    try {
      let text = "";
      for await (const chunk of request.setEncoding("utf8")) text += chunk;
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      const location = request.method === "POST" ? save(pathname, new URLSearchParams(text)) : undefined;
      if (location !== undefined) {
        response.writeHead(303, { location }).end();
        return;
      }
      const html = request.method === "GET" ? shown(pathname) : undefined;
      response.writeHead(html === undefined ? 404 : 200, { "content-type": "text/html; charset=utf-8" });
      response.end(html ?? page("Not here", ""));
    } catch (error) {
      console.error(error);
      response.destroy();
    }
  });
};

if (import.meta.main) {
  const { PORT = "7733" } = process.env;
  const [, , path = "orders.json"] = process.argv;
  const server = ordersService(path);
  server.listen(Number(PORT), "127.0.0.1", () => console.log("listens on", server.address()));
}
