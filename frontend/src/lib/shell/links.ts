/** The links of the account menu: a page is reachable when it stands here. */
import type { User } from '$lib/session';
import { m } from '$lib/texts';

export interface MenuLink {
  href: string;
  text: () => string;
  /** Only for users with this role. */
  role?: User['role'];
}

export const MENU: MenuLink[] = [
  { href: '/orders', text: m.orders_title },
  { href: '/notifications', text: m.notifications_title },
  { href: '/account', text: m.account_title },
  { href: '/sell', text: m.sell_title },
  { href: '/admin/orders', text: m.admin_orders_title, role: 'admin' },
  { href: '/admin/users', text: m.admin_users_title, role: 'admin' },
  { href: '/admin/dead-letters', text: m.admin_letters_title, role: 'admin' },
];

export function menuFor(user: User): MenuLink[] {
  return MENU.filter((link) => link.role === undefined || link.role === user.role);
}

export const SHOP: MenuLink[] = [{ href: '/products', text: m.nav_products }];
