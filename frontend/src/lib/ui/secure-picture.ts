/**
 * Returns the address under which the page may load a picture of a seller; the policy of
 * the page allows no http, and an https page would ask for https anyway.
 */
export function securePicture(url: string | null): string | undefined {
  return url?.replace(/^http:/i, 'https:') || undefined;
}
