CREATE TABLE products (
    id serial PRIMARY KEY,
    name text NOT NULL,
    price numeric(10, 2) NOT NULL,
    quantity int NOT NULL CHECK (quantity >= 0)
);

CREATE TABLE orders (
    id serial PRIMARY KEY,
    order_number text NOT NULL UNIQUE,
    user_id int NOT NULL,
    customer_name text NOT NULL,
    customer_email text NOT NULL,
    items jsonb NOT NULL,
    total_amount numeric(10, 2) NOT NULL,
    status text NOT NULL,
    shipping_address text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX ON orders (user_id, id);

CREATE TABLE placed (id serial PRIMARY KEY, product_id int NOT NULL, quantity int NOT NULL);

CREATE TABLE events (id serial PRIMARY KEY, body jsonb NOT NULL);

INSERT INTO products (name, price, quantity)
SELECT 'Brass lamp', 19.99, 2000000000 FROM generate_series(1, 40);

INSERT INTO orders
    (order_number, user_id, customer_name, customer_email, items, total_amount, status)
SELECT
    'ORD-20261128-' || lpad(n::text, 6, '0'), 1, 'Ada Lovelace', 'ada@example.com',
    '[{"product_id": 1, "product_name": "Brass lamp", "quantity": 1, "unit_price": "19.99",
       "total_price": "19.99"}]',
    19.99, 'confirmed'
FROM generate_series(1, 200) AS n;
