import { createServer } from "node:http";

/**
 * A small web application of three pages, on this machine: it opens accounts, and counts them.
 * `node examples/pages/application.ts [port]` prints its address and serves until it is ended.
 */
const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>
body { font: 16px sans-serif; margin: 3rem } label, button { display: block; margin: 1rem 0 }
</style></head><body><main><h1>${title}</h1>${body}</main></body></html>`;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const START = page(
  "Create your account",
  `<form aria-label="Account" method="post" action="/account">
<label>Work email <input id="email" name="email" type="email"></label><button id="next">Next</button></form>`,
);

const confirmation = (email: string): string =>
  page(
    "Is that right?",
    `<p>An account for <strong>${escaped(email)}</strong>, for 12 euro a month.</p>
<form aria-label="Confirmation" method="post" action="/accounts"><input type="hidden" name="email" value="${escaped(email)}">
<button id="open">Open the account</button></form>`,
  );

const accounts: string[] = [];

const shownAt = ({ pathname, searchParams }: URL): string | undefined => {
  if (pathname === "/") return START;
  if (pathname === "/account") return confirmation(searchParams.get("email") ?? "");
  if (pathname !== "/accounts") return undefined;
  return page("Welcome", `<p role="status">${accounts.length} account(s): ${accounts.map(escaped).join(", ")}</p>`);
};

const server = createServer((request, answer) => {
  const url = new URL(request.url ?? "/", "http://localhost");
  if (request.method !== "POST") {
    const html = shownAt(url);
    answer.writeHead(html === undefined ? 404 : 200, { "content-type": "text/html; charset=utf-8" });
    answer.end(html ?? page("Not here", ""));
    return;
  }
  let text = "";
  request.on("data", (chunk) => {
    text += chunk;
  });
  request.on("end", () => {
    const email = new URLSearchParams(text).get("email") ?? "";
    if (url.pathname === "/accounts") accounts.push(email);
    const next = url.pathname === "/accounts" ? "/accounts" : `/account?email=${encodeURIComponent(email)}`;
    answer.writeHead(303, { location: next }).end();
  });
});

server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) console.log(`http://localhost:${address.port}/`);
});
