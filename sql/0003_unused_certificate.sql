-- SPDX-License-Identifier: Apache-2.0
-- Certificates that a card was not used. The signed statement is the item of the leaf; here is what finds it.

CREATE TABLE unused_certificate (
    code TEXT PRIMARY KEY,            -- 12 random characters of Crockford base32, upper case: anyone who has it may look it up
    card_id TEXT NOT NULL REFERENCES card (id),
    order_id TEXT NOT NULL REFERENCES orders (id),
    basis TEXT NOT NULL CHECK (basis IN ('never_revealed', 'issuer_report', 'merchant_report', 'merchant_silence')),
    as_of INTEGER NOT NULL,           -- the card was not used until then
    leaf_index INTEGER NOT NULL UNIQUE, -- unused_cert
    at INTEGER NOT NULL               -- when it was issued
) WITHOUT ROWID, STRICT;
CREATE INDEX unused_certificate_order ON unused_certificate (order_id);

CREATE TRIGGER unused_certificate_no_delete BEFORE DELETE ON unused_certificate BEGIN
    SELECT RAISE(ABORT, 'unused_certificate: rows are never deleted');
END;
CREATE TRIGGER unused_certificate_no_update BEFORE UPDATE ON unused_certificate BEGIN
    SELECT RAISE(ABORT, 'unused_certificate: rows are never changed');
END;
