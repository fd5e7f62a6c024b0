/** A JSON object. */
type Json = { readonly [member: string]: unknown };

/**
 * Envoy's whole configuration: `envoy.config.bootstrap.v3.Bootstrap` in the JSON form of protobuf, with the field names of the
 * `.proto` files (`socket_address`, not `socketAddress`).
 */
export type EnvoyBootstrap = Json;

/** A configuration that cannot be run: Envoy rejects it, or the sandbox cannot move it to loopback. */
export class EnvoyConfigurationError extends Error {
  override readonly name = "EnvoyConfigurationError";
}

/**
 * The same configuration on this machine: every listener is on a free port of 127.0.0.1, so that two Envoys run side by side, and
 * the administration interface is a socket in a private folder, because everybody who reaches it can end Envoy. An internal listener has
 * no address, and stays as it is.
 *
 * @param adminSocket the path of the socket
 * @throws EnvoyConfigurationError for a listener without a name or a TCP address, and for two of one name
 */
export function onLoopback(bootstrap: EnvoyBootstrap, adminSocket: string): EnvoyBootstrap {
  const { static_resources: resources } = bootstrap;
  const { listeners } = isObject(resources) ? resources : {};
  if (!isObject(resources) || !Array.isArray(listeners) || listeners.length === 0) {
    throw new EnvoyConfigurationError("static_resources.listeners: must contain a listener.");
  }
  const names = new Set<unknown>();
  const moved = listeners.map((listener: unknown, index) => {
    const place = `static_resources.listeners[${index}]`;
    if (!isObject(listener)) throw new EnvoyConfigurationError(`${place}: must be an object.`);
    const { name, address, internal_listener: internal } = listener;
    if (typeof name !== "string" || name === "" || names.has(name)) {
      throw new EnvoyConfigurationError(`${place}.name: must be a name that no other listener has.`);
    }
    names.add(name);
    if (internal !== undefined) return listener;
    if (!isObject(address) || !isObject(address.socket_address)) {
      throw new EnvoyConfigurationError(`${place}.address: must contain a socket_address.`);
    }
    return { ...listener, address: { socket_address: { address: "127.0.0.1", port_value: 0 } } };
  });
  return {
    ...bootstrap,
    admin: { address: { pipe: { path: adminSocket, mode: 0o600 } } },
    static_resources: { ...resources, listeners: moved },
  };
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
