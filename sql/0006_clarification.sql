-- SPDX-License-Identifier: Apache-2.0
-- Answers that bind for one order: what was asked and answered, and the refund rule of that order alone where a person's answer
-- added to it. The words are in the leaf's item; here is what finds it.

-- The pinned rule with a clause for each answer that a person gave. Never listed, never sold under, seen by the order's parties.
CREATE TABLE order_policy (
    id TEXT PRIMARY KEY,              -- pol_
    order_id TEXT NOT NULL REFERENCES orders (id),
    sha256 BLOB NOT NULL,             -- of the source bytes
    source TEXT NOT NULL,
    leaf_index INTEGER NOT NULL UNIQUE, -- policy_snapshot
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX order_policy_order ON order_policy (order_id);

ALTER TABLE orders ADD COLUMN own_policy_id TEXT REFERENCES order_policy (id); -- governs in place of policy_id, which stays what was pinned

CREATE TABLE clarification (
    order_id TEXT NOT NULL REFERENCES orders (id),
    number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 8),
    answered_by TEXT NOT NULL CHECK (answered_by IN ('rule', 'merchant', 'platform')),
    actor_role TEXT NOT NULL,         -- who recorded it: buyer, merchant, arbiter, operator, system
    actor_id TEXT NOT NULL,           -- empty for a guest and for the system
    clause TEXT NOT NULL,             -- that answers
    own_policy_id TEXT REFERENCES order_policy (id), -- that the answer made; NULL when the rule itself answered
    contact_flag INTEGER NOT NULL CHECK (contact_flag IN (0, 1)), -- looks like contact outside the platform
    leaf_index INTEGER NOT NULL UNIQUE, -- clarification
    at INTEGER NOT NULL,
    PRIMARY KEY (order_id, number)
) WITHOUT ROWID, STRICT;

CREATE TRIGGER order_policy_no_delete BEFORE DELETE ON order_policy BEGIN
    SELECT RAISE(ABORT, 'order_policy: rows are never deleted');
END;
CREATE TRIGGER order_policy_no_update BEFORE UPDATE ON order_policy BEGIN
    SELECT RAISE(ABORT, 'order_policy: rows are never changed');
END;
CREATE TRIGGER clarification_no_delete BEFORE DELETE ON clarification BEGIN
    SELECT RAISE(ABORT, 'clarification: rows are never deleted');
END;
CREATE TRIGGER clarification_no_update BEFORE UPDATE ON clarification BEGIN
    SELECT RAISE(ABORT, 'clarification: rows are never changed');
END;
