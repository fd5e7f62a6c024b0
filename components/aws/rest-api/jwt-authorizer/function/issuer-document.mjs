import { isObject } from "./strict-json.mjs";

/** As API Gateway's own JWT authorizers: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const TIMEOUT_MS = 1_500;
const MOST_BYTES = 150_000;

/**
 * A JSON object that the issuer publishes.
 *
 * @param {string} address
 * @param {typeof fetch} get
 * @returns {Promise<Readonly<Record<string, unknown>>>}
 * @throws {Error} with the address and what is wrong
 */
export async function fetchDocument(address, get) {
  if (URL.parse(address)?.protocol !== "https:") throw new Error(`${address} is no https URL`);
  let text;
  try {
    text = await fetchText(address, get);
  } catch (error) {
    throw new Error(`${address} cannot be fetched: ${messageOf(error)}`, { cause: error });
  }
  /** @type {unknown} */
  let document;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new Error(`${address} is no JSON`, { cause: error });
  }
  if (!isObject(document)) throw new Error(`${address} is no JSON object`);
  return document;
}

/**
 * @param {string} address
 * @param {typeof fetch} get
 */
async function fetchText(address, get) {
  const response = await get(address, {
    // A redirect could lead to somebody else's keys, and over plain HTTP.
    redirect: "manual",
    // A connection that is kept dies while Lambda freezes this process, and the next request on it fails.
    headers: { accept: "application/json", connection: "close" },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`it answers ${response.status}`);
  }
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    // Leaving the loop cancels the rest.
    if (bytes > MOST_BYTES) throw new Error(`it is larger than ${MOST_BYTES} bytes`);
    text += utf8.decode(chunk, { stream: true });
  }
  return text + utf8.decode();
}

/**
 * `fetch` says "fetch failed", and in its cause why.
 *
 * @param {unknown} error
 */
function messageOf(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}, ${error.cause.message}` : error.message;
}
