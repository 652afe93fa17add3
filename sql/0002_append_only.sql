-- SPDX-License-Identifier: Apache-2.0
-- Records that are never deleted, and columns that never change. src/store/append_only.def is the same list; a test
-- compares the two. With recursive_triggers on, INSERT OR REPLACE meets the delete triggers too.

CREATE TRIGGER ledger_transaction_no_delete BEFORE DELETE ON ledger_transaction BEGIN
    SELECT RAISE(ABORT, 'ledger_transaction: rows are never deleted');
END;
CREATE TRIGGER ledger_transaction_no_update BEFORE UPDATE ON ledger_transaction BEGIN
    SELECT RAISE(ABORT, 'ledger_transaction: rows are never changed');
END;

CREATE TRIGGER ledger_posting_no_delete BEFORE DELETE ON ledger_posting BEGIN
    SELECT RAISE(ABORT, 'ledger_posting: rows are never deleted');
END;
CREATE TRIGGER ledger_posting_no_update BEFORE UPDATE ON ledger_posting BEGIN
    SELECT RAISE(ABORT, 'ledger_posting: rows are never changed');
END;

CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment BEGIN
    SELECT RAISE(ABORT, 'payment: rows are never deleted');
END;
CREATE TRIGGER payment_no_update
    BEFORE UPDATE OF provider, trade, order_id, amount, currency, disposition, transaction_id, at ON payment BEGIN
    SELECT RAISE(ABORT, 'payment: this column never changes');
END;

CREATE TRIGGER refund_source_no_delete BEFORE DELETE ON refund_source BEGIN
    SELECT RAISE(ABORT, 'refund_source: rows are never deleted');
END;
CREATE TRIGGER refund_source_no_update BEFORE UPDATE ON refund_source BEGIN
    SELECT RAISE(ABORT, 'refund_source: rows are never changed');
END;

CREATE TRIGGER claim_event_no_delete BEFORE DELETE ON claim_event BEGIN
    SELECT RAISE(ABORT, 'claim_event: rows are never deleted');
END;
CREATE TRIGGER claim_event_no_update BEFORE UPDATE ON claim_event BEGIN
    SELECT RAISE(ABORT, 'claim_event: rows are never changed');
END;

CREATE TRIGGER service_event_no_delete BEFORE DELETE ON service_event BEGIN
    SELECT RAISE(ABORT, 'service_event: rows are never deleted');
END;
CREATE TRIGGER service_event_no_update BEFORE UPDATE ON service_event BEGIN
    SELECT RAISE(ABORT, 'service_event: rows are never changed');
END;

CREATE TRIGGER policy_no_delete BEFORE DELETE ON policy BEGIN
    SELECT RAISE(ABORT, 'policy: rows are never deleted');
END;
CREATE TRIGGER policy_no_update BEFORE UPDATE ON policy BEGIN
    SELECT RAISE(ABORT, 'policy: rows are never changed');
END;

CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint BEGIN
    SELECT RAISE(ABORT, 'checkpoint: rows are never deleted');
END;
CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint BEGIN
    SELECT RAISE(ABORT, 'checkpoint: rows are never changed');
END;

CREATE TRIGGER log_tile_no_delete BEFORE DELETE ON log_tile BEGIN
    SELECT RAISE(ABORT, 'log_tile: rows are never deleted');
END;
CREATE TRIGGER log_tile_no_update BEFORE UPDATE ON log_tile BEGIN
    SELECT RAISE(ABORT, 'log_tile: rows are never changed');
END;

CREATE TRIGGER leaf_no_delete BEFORE DELETE ON leaf BEGIN
    SELECT RAISE(ABORT, 'leaf: rows are never deleted');
END;
CREATE TRIGGER leaf_no_update BEFORE UPDATE OF leaf_index, subject, sequence, kind, body ON leaf BEGIN
    SELECT RAISE(ABORT, 'leaf: rows are never changed');
END;
CREATE TRIGGER leaf_erase_only
    BEFORE UPDATE OF salt, item ON leaf WHEN NEW.salt IS NOT NULL OR NEW.item IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'leaf: salt and item can only be erased, and together');
END;

CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision BEGIN
    SELECT RAISE(ABORT, 'decision: rows are never deleted');
END;
CREATE TRIGGER decision_no_update
    BEFORE UPDATE OF id, claim_id, basis, outcome, amount, clause, bearer, arbiter_id, deviation_reason,
        certificate_sha256, leaf_index, at ON decision BEGIN
    SELECT RAISE(ABORT, 'decision: this column never changes');
END;

CREATE TRIGGER refund_no_delete BEFORE DELETE ON refund BEGIN
    SELECT RAISE(ABORT, 'refund: rows are never deleted');
END;
CREATE TRIGGER refund_no_update
    BEFORE UPDATE OF id, order_id, claim_id, amount, currency, provider, transaction_id, created_at ON refund
        BEGIN
    SELECT RAISE(ABORT, 'refund: this column never changes');
END;

CREATE TRIGGER ledger_account_no_delete BEFORE DELETE ON ledger_account BEGIN
    SELECT RAISE(ABORT, 'ledger_account: rows are never deleted');
END;
CREATE TRIGGER ledger_account_no_update BEFORE UPDATE OF id, kind, owner, currency ON ledger_account BEGIN
    SELECT RAISE(ABORT, 'ledger_account: this column never changes');
END;

CREATE TRIGGER orders_no_delete BEFORE DELETE ON orders BEGIN
    SELECT RAISE(ABORT, 'orders: rows are never deleted');
END;

CREATE TRIGGER claim_no_delete BEFORE DELETE ON claim BEGIN
    SELECT RAISE(ABORT, 'claim: rows are never deleted');
END;

CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence BEGIN
    SELECT RAISE(ABORT, 'evidence: rows are never deleted');
END;

CREATE TRIGGER offer_no_delete BEFORE DELETE ON offer BEGIN
    SELECT RAISE(ABORT, 'offer: rows are never deleted');
END;

CREATE TRIGGER card_no_delete BEFORE DELETE ON card BEGIN
    SELECT RAISE(ABORT, 'card: rows are never deleted');
END;
