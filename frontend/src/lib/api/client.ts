/** The client of the gateway, typed by its OpenAPI document. */
import createClient from 'openapi-fetch';

import { session } from '$lib/session';

import type { components, paths } from './generated';

export type Schemas = components['schemas'];
export type Product = Schemas['product_ProductRead'];
export type CatalogueOrder = Schemas['product_CatalogueOrder'];
export type Order = Schemas['order_OrderRead'];
export type OrderCreate = Schemas['order_OrderCreate'];
export type OrderStatus = Schemas['order_OrderStatus'];
export type Notification = Schemas['notification_NotificationRead'];
export type User = Schemas['user_UserRead'];

/** Sends each request with the access token, and refreshes the session if that is needed. */
export const api = createClient<paths>({
  baseUrl: location.origin,
  fetch: (request) => session.fetch(request),
});
