/** A request whose signature names its service; the loopback endpoint reads nothing else of it. */
export function sign(
  endpoint: string,
  service: string,
  path: string,
  body: string,
  target?: string,
): Promise<Response> {
  const credential = `local/20260305/eu-central-1/${service}/aws4_request`;
  return fetch(`${endpoint}${path}`, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=00`,
      'content-type': 'application/x-amz-json-1.1',
      ...(target ? { 'x-amz-target': target } : {}),
    },
    body,
  });
}
