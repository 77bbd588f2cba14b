import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { contacts } from "./contacts.ts";

serveStdio(contacts);
