/** The one form in which every failure reaches a page. */

export type ProblemKind =
  | 'offline'
  | 'timeout'
  | 'unavailable'
  | 'outcome-unknown'
  | 'unreadable'
  | 'too-many'
  | 'signed-out'
  | 'forbidden'
  | 'missing'
  | 'conflict'
  | 'stale'
  | 'invalid'
  | 'unexpected';

/** An item of an order that product-service cannot reserve. */
export interface RejectedItem {
  code: string;
  productId: number;
  requested?: number;
  available?: number;
  agreedPrice?: string;
  unitPrice?: string;
}

export interface Problem {
  kind: ProblemKind;
  /** 0 if there was no response. */
  status: number;
  /** The stable code of the problem document, such as `insufficient_stock`. */
  code: string;
  /** The sentence of the service, in English; pages show it only if they have no better one. */
  detail: string;
  /** Messages by field, from `errors`. */
  fields: Record<string, string>;
  rejected: RejectedItem[];
  retryAfterSeconds?: number;
  requestId?: string;
}

const KINDS: Record<number, ProblemKind> = {
  401: 'signed-out',
  403: 'forbidden',
  404: 'missing',
  409: 'conflict',
  412: 'stale',
  429: 'too-many',
  502: 'outcome-unknown',
  503: 'unavailable',
  504: 'outcome-unknown',
};

// A field of one of these answers is wrong, and the customer can correct it.
const INVALID = new Set([400, 413, 414, 415, 422]);

/** Reads a response that is not a success; its body may be anything. */
export function problemOf(response: Response, body: unknown): Problem {
  const document = isRecord(body) ? body : {};
  const retryAfter = Number(response.headers.get('Retry-After'));
  const requestId = text(document['request_id']) || response.headers.get('X-Request-ID');
  return {
    kind: kindOf(response.status),
    status: response.status,
    code: text(document['code']),
    detail: text(document['detail']),
    fields: fieldsOf(document['errors']),
    rejected: rejectedOf(document),
    ...(retryAfter > 0 && { retryAfterSeconds: retryAfter }),
    ...(requestId && { requestId }),
  };
}

/** Describes a request without a response, or with one that is not the shop's. */
export function problemWithoutResponse(error: unknown): Problem {
  const kind = kindWithoutResponse(error);
  return { kind, status: 0, code: kind, detail: '', fields: {}, rejected: [] };
}

function kindWithoutResponse(error: unknown): ProblemKind {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'timeout';
  // Something on the way, such as the sign-in page of a network, answered by a page.
  return error instanceof SyntaxError ? 'unreadable' : 'offline';
}

const UNKNOWN_OUTCOMES: ReadonlySet<ProblemKind> = new Set([
  'offline',
  'timeout',
  'outcome-unknown',
  'unreadable',
]);

/** Whether the service may have carried out the request although it did not say so. */
export function hasUnknownOutcome({ kind }: Problem): boolean {
  return UNKNOWN_OUTCOMES.has(kind);
}

function kindOf(status: number): ProblemKind {
  if (INVALID.has(status)) return 'invalid';
  return KINDS[status] ?? 'unexpected';
}

function fieldsOf(errors: unknown): Record<string, string> {
  if (!Array.isArray(errors)) return {};
  const pairs = errors
    .filter(isRecord)
    .map((error) => [text(error['field']), text(error['message'])] as const);
  return Object.fromEntries(pairs.filter(([field]) => field !== ''));
}

function rejectedOf(document: Record<string, unknown>): RejectedItem[] {
  const items = Array.isArray(document['items']) ? document['items'] : [];
  return items.filter(isRecord).map((item) => ({
    code: text(item['code']),
    productId: Number(item['product_id']),
    ...(item['requested'] !== undefined && { requested: Number(item['requested']) }),
    ...(item['available'] !== undefined && { available: Number(item['available']) }),
    ...(item['agreed_price'] !== undefined && { agreedPrice: text(item['agreed_price']) }),
    ...(item['unit_price'] !== undefined && { unitPrice: text(item['unit_price']) }),
  }));
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
