-- SPDX-License-Identifier: Apache-2.0
-- A merchant's figures stand on every page of its products: they are read from an index alone, without a look at each order.

CREATE INDEX orders_paid ON orders (merchant_id, id, refunded, paid_at) WHERE paid_at IS NOT NULL;
CREATE INDEX orders_open ON orders (merchant_id, id, amount, state) WHERE state IN ('paid', 'delivered', 'disputed');
