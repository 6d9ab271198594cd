/** Whether Prefer (RFC 7240) asks for an answer that is fetched later. */
export function prefersLater(header: string | readonly string[] | undefined): boolean {
  const text = typeof header === 'string' ? header : (header ?? []).join(',');
  return text.split(',').some((preference) => /^\s*respond-async\s*(?:[;=]|$)/i.test(preference));
}
