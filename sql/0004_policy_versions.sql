-- SPDX-License-Identifier: Apache-2.0
-- Versions of a policy in time: when each takes effect, and which were withdrawn. Versions of one owner, name and goods
-- follow each other; a product names any of them and sells under the one in force.

ALTER TABLE policy ADD COLUMN effective_at INTEGER NOT NULL DEFAULT 0; -- new orders pin it from then on
ALTER TABLE policy ADD COLUMN harms_buyer INTEGER CHECK (harms_buyer IN (0, 1)); -- worse for a buyer than what it replaces; NULL: a first version
-- What was published before versions had a time took effect at once.
DROP TRIGGER policy_no_update;
UPDATE policy SET effective_at = published_at;
CREATE TRIGGER policy_no_update BEFORE UPDATE ON policy BEGIN
    SELECT RAISE(ABORT, 'policy: rows are never changed');
END;
-- A floor has one name for cards and services: numbers count for each kind of goods.
DROP INDEX policy_version;
CREATE UNIQUE INDEX policy_version ON policy (COALESCE(merchant_id, ''), name, goods, version);

-- A version that its owner took back. It stays readable, and orders that pinned it are still judged by it.
CREATE TABLE policy_withdrawal (
    policy_id TEXT PRIMARY KEY REFERENCES policy (id),
    reason TEXT NOT NULL,
    actor_id TEXT NOT NULL,           -- who withdrew it; empty for the system
    leaf_index INTEGER NOT NULL UNIQUE, -- policy_withdrawn
    at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TRIGGER policy_withdrawal_no_delete BEFORE DELETE ON policy_withdrawal BEGIN
    SELECT RAISE(ABORT, 'policy_withdrawal: rows are never deleted');
END;
CREATE TRIGGER policy_withdrawal_no_update BEFORE UPDATE ON policy_withdrawal BEGIN
    SELECT RAISE(ABORT, 'policy_withdrawal: rows are never changed');
END;
