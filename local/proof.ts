import { createHmac, timingSafeEqual } from "node:crypto";
import type { Hono } from "hono";
import { z } from "zod";

/**
 * A server proves to a client that it holds the key of the client's data folder before the client sends it a token: on
 * one machine any process of any user can listen on a port, and a token is good for whoever reads it.
 *
 * The client sends a number used once; the server answers with a MAC over it and over the address it listens on. The
 * address keeps another process from passing the question on: what the real server says is of its own port.
 */
export const PROOF_PATH = "/local/proof";

const challenge = z.string().regex(/^[\w-]{22,128}$/);
const answer = z.object({ proof: z.string() });

/** The name that no token says: its text has no line breaks. */
const macOf = (key: Uint8Array, nonce: string, address: string): string =>
  createHmac("sha256", key).update(`buddy: who listens here\n${nonce}\n${address}`).digest("base64url");

/** Answers the question at `PROOF_PATH`; `address()` is host and port that the server listens on. */
export const answerProofs = (app: Hono, key: Uint8Array, address: () => string): void => {
  app.get(`${PROOF_PATH}/:nonce`, (c) => {
    const nonce = challenge.safeParse(c.req.param("nonce"));
    return nonce.success ? c.json({ proof: macOf(key, nonce.data, address()) }) : c.notFound();
  });
};

/** Whether `answered` is what the holder of `key` says at `address` to `nonce`. */
export const isProof = (key: Uint8Array, nonce: string, address: string, answered: unknown): boolean => {
  const parsed = answer.safeParse(answered);
  if (!parsed.success) return false;
  const [expected, found] = [Buffer.from(macOf(key, nonce, address)), Buffer.from(parsed.data.proof)];
  return expected.length === found.length && timingSafeEqual(expected, found);
};
