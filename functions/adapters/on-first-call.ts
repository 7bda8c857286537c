type Answering<Port> = { readonly [Name in keyof Port]: (...args: never[]) => Promise<unknown> };

/**
 * A port whose module, with the SDK's client in it, is loaded by the first call: a function that is started anew does not read what its first
 * call may never need. `methods` names all of them; every method answers a promise, so a caller cannot tell the difference.
 */
export function onFirstCall<Port extends Answering<Port>>(
  methods: { readonly [Name in keyof Port]: true },
  load: () => Promise<Port>,
): Port {
  let loading: Promise<Port> | undefined;
  const names = Object.keys(methods) as (keyof Port & string)[];
  return Object.fromEntries(
    names.map((name) => [
      name,
      async (...args: never[]) => {
        loading ??= load();
        return (await loading)[name](...args);
      },
    ]),
    // Each name of the port has got a function that passes its arguments on, which TypeScript cannot follow through fromEntries.
  ) as Port;
}
