import { randomFillSync } from "node:crypto";

/** Bytes of one id; as many as make 16 characters of base64, which is how API Gateway's look. */
const BYTES = 11;

const pool = Buffer.alloc(BYTES * 512);
let used = pool.length;

/** A random id. The random bytes are fetched for many at once: one by one they cost more than the routing. */
export function requestId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES;
  return pool.toString("base64", used - BYTES, used);
}
