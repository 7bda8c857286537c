/**
 * Stands in for the SDK's chain of credential sources in the bundles. Lambda gives a function its role's keys as variables, so the chain's
 * other ends (profiles, sign-in portals, instance metadata) and the clients that they bring along would only be read at every cold start.
 */
export function defaultProvider() {
  return async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
    if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY)
      throw new MissingCredentials('no keys in the environment');
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
    };
  };
}

class MissingCredentials extends Error {
  override readonly name = 'MissingCredentials';
}
