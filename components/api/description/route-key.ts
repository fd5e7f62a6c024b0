/** The methods that a route can have. */
export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

/**
 * `METHOD /path`, e.g. `GET /orders/{id}` or `GET /catalog/{rest+}`. `ANY /path` means every method of the path that no other route
 * of that path declares; with `cors`, `OPTIONS` is not among them, unless the gateway waives `cors`. `{name}` matches one whole segment. `{name+}` matches the
 * rest of the path, one segment or more, and must be last. A segment that is a parameter in another notation, such as `:id`,
 * `<id>` or `*`, is an error; a literal that begins with a colon is written with `%3A`: `/things/%3Acancel`. Case matters, and the path has no slash at the end. A narrower route
 * takes precedence over a wider one, in whatever order they are declared. Two routes that cross, such as `/a/{x}` and
 * `/{y}/b`, are an error, unless a third has exactly the paths that they share: `/a/b`.
 */
export type RouteKey = `${Method | "ANY"} /${string}`;
