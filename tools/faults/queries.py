"""The queries to the databases; each row has the fields of a class in `snapshot`."""

ORDERS = """
SELECT id, user_id, coalesce(shipping_address, '') AS key, status, stock,
       promised, refusal IS NOT NULL AS refused,
       (SELECT jsonb_object_agg(product_id, quantity)
          FROM order_items WHERE order_id = orders.id) AS items,
       (SELECT jsonb_agg(jsonb_build_array(status, extract(epoch FROM changed_at))
                         ORDER BY id)
          FROM order_changes WHERE order_id = orders.id) AS history
  FROM orders
 WHERE user_id = ANY(%(people)s)
 ORDER BY id
"""

RESERVATIONS = """
SELECT order_id, status,
       (SELECT coalesce(jsonb_object_agg(product_id, quantity), '{}')
          FROM reservation_items WHERE order_id = reservations.order_id) AS items
  FROM reservations
 WHERE order_id = ANY(%(orders)s)
    OR order_id IN (SELECT order_id
                      FROM reservation_items
                     WHERE product_id = ANY(%(products)s))
"""

PRODUCTS = """
SELECT product_id AS id, on_hand, reserved, low_stock_threshold AS threshold
  FROM stock
 WHERE product_id = ANY(%(products)s)
 ORDER BY product_id
"""

LEDGER = """
SELECT product_id, kind, change, on_hand_after AS after, reason, order_id
  FROM stock_ledger
 WHERE product_id = ANY(%(products)s)
 ORDER BY id
"""

USERS = """
SELECT username, id
  FROM users
 WHERE id = ANY(%(people)s) OR username = ANY(%(names)s)
"""

EVENTS = """
SELECT event_id::text AS id, routing_key AS type, body::jsonb ->> 'subject' AS subject,
       (body::jsonb #>> '{data,available}')::int AS available,
       extract(epoch FROM created_at)::float AS stored_at, sent_at IS NOT NULL AS sent
  FROM outbox
 WHERE created_at >= to_timestamp(%(since)s)
   AND body::jsonb ->> 'subject' = ANY(%(subjects)s)
   AND routing_key = ANY(%(types)s)
 ORDER BY id
"""

NOTIFICATIONS = """
SELECT id, event_id::text, event_type, user_id, order_id, channel, status, attempts,
       extract(epoch FROM sent_at)::float AS sent_at
  FROM notifications
 WHERE user_id = ANY(%(people)s)
 ORDER BY id
"""
