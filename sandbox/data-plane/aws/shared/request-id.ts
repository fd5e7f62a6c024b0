import { randomFillSync } from "node:crypto";

/** The bytes of one id: 11 become the 16 characters of base64 that API Gateway's ids have. */
const BYTES = 11;

const pool = Buffer.alloc(BYTES * 512);
let used = pool.length;

/** A random id. The random bytes are generated for many ids at once: one by one they would cost more than the routing. */
export function requestId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES;
  return pool.toString("base64", used - BYTES, used);
}
