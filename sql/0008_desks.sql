-- SPDX-License-Identifier: Apache-2.0
-- What the desks of merchants and of the platform work with: batches of cards, letters, and the indexes of their lists.

-- Cards that were imported into one product under one name. What it is called, where it is from and what it cost is the merchant's
-- own note; the log holds the cards themselves.
CREATE TABLE stock_batch (
    id TEXT PRIMARY KEY,              -- bat_
    product_id TEXT NOT NULL REFERENCES product (id),
    merchant_id TEXT NOT NULL REFERENCES party (id),
    name TEXT NOT NULL,
    source TEXT NOT NULL DEFAULT '',
    cost INTEGER CHECK (cost >= 0),   -- minor units of the product's currency; NULL when nobody said
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'frozen', 'recalled')),
    state_reason TEXT NOT NULL DEFAULT '',
    state_at INTEGER,                 -- of the last change of state
    created_at INTEGER NOT NULL,
    UNIQUE (product_id, name)
) STRICT;
CREATE INDEX stock_batch_merchant ON stock_batch (merchant_id, id);

-- Each import is one leaf, and joins one batch.
CREATE TABLE stock_import (
    leaf_index INTEGER PRIMARY KEY,   -- stock_import; card.import_leaf_index names it
    batch_id TEXT NOT NULL REFERENCES stock_batch (id),
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX stock_import_batch ON stock_import (batch_id, leaf_index);

-- Imports from before batches had names are one batch each; the time is that of the commit that held them.
INSERT INTO stock_batch (id, product_id, merchant_id, name, created_at)
    SELECT 'bat_' || substr('00000000000000000000000000' || CAST(card.import_leaf_index AS TEXT), length(CAST(card.import_leaf_index AS TEXT)) + 1),
        card.product_id, card.merchant_id, '#' || CAST(card.import_leaf_index AS TEXT),
        COALESCE((SELECT MIN(checkpoint.at) FROM checkpoint WHERE checkpoint.size > card.import_leaf_index), 0)
    FROM card GROUP BY card.import_leaf_index, card.product_id, card.merchant_id;
INSERT INTO stock_import (leaf_index, batch_id, at)
    SELECT CAST(substr(stock_batch.name, 2) AS INTEGER), stock_batch.id, stock_batch.created_at FROM stock_batch;

-- A card whose batch is frozen stays in stock and is not sold.
ALTER TABLE card ADD COLUMN frozen INTEGER NOT NULL DEFAULT 0 CHECK (frozen IN (0, 1));
DROP INDEX card_stock;
CREATE INDEX card_stock ON card (product_id, id) WHERE state = 'stock' AND frozen = 0;
CREATE INDEX card_batch ON card (import_leaf_index, state, frozen);

-- A person's decision as it was told to each party, in both languages. Never written anew: what was sent stays what was sent.
CREATE TABLE decision_letter (
    decision_id TEXT NOT NULL REFERENCES decision (id),
    to_role TEXT NOT NULL CHECK (to_role IN ('buyer', 'merchant')),
    language TEXT NOT NULL CHECK (language IN ('zh', 'en')),
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (decision_id, to_role, language)
) WITHOUT ROWID, STRICT;
CREATE TRIGGER decision_letter_no_delete BEFORE DELETE ON decision_letter BEGIN
    SELECT RAISE(ABORT, 'decision_letter: rows are never deleted');
END;
CREATE TRIGGER decision_letter_no_update BEFORE UPDATE ON decision_letter BEGIN
    SELECT RAISE(ABORT, 'decision_letter: rows are never changed');
END;

-- Claims by what ends first; closed ones come last, the newest of them first.
CREATE INDEX claim_due ON claim (COALESCE(deadline_at, 9223372036854775807 - COALESCE(closed_at, 0)), id);
CREATE INDEX claim_waiting_due ON claim (waiting_for, COALESCE(deadline_at, 9223372036854775807 - COALESCE(closed_at, 0)), id);
CREATE INDEX claim_merchant_due ON claim (merchant_id, COALESCE(deadline_at, 9223372036854775807 - COALESCE(closed_at, 0)), id);
CREATE INDEX claim_arbiter ON claim (arbiter_id) WHERE arbiter_id IS NOT NULL;
CREATE INDEX claim_appeal_arbiter ON claim (appeal_arbiter_id) WHERE appeal_arbiter_id IS NOT NULL;
CREATE INDEX claim_closed ON claim (closed_at) WHERE closed_at IS NOT NULL;

CREATE INDEX product_category ON product (category, currency, id);
CREATE INDEX orders_product ON orders (product_id, id);
CREATE INDEX ledger_posting_account ON ledger_posting (account_id);
CREATE INDEX ledger_transaction_order ON ledger_transaction (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX ledger_transaction_claim ON ledger_transaction (claim_id) WHERE claim_id IS NOT NULL;
CREATE INDEX party_time ON party (substr(id, 5)); -- ids of all roles in one order of time
CREATE INDEX job_failed ON job (id) WHERE state = 'failed';
