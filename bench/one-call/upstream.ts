import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createMcpHandler } from "@modelcontextprotocol/server";
import { announced } from "./announced.ts";
import { CONTACT, contacts } from "./contacts.ts";

/** The service of every measurement here: one contact, by plain HTTP and by the protocol. */
const mcp = getRequestListener(createMcpHandler(contacts, { keepAliveMs: 0 }).fetch);
const server = createServer((request, response) => {
  if (request.url === "/mcp") {
    void mcp(request, response);
    return;
  }
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ contact: CONTACT }));
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the counterpart has no port");
  announced({ url: `http://127.0.0.1:${address.port}` });
});
