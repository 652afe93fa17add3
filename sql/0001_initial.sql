-- SPDX-License-Identifier: Apache-2.0
-- Schema of Shuntui. Forward only. Amounts are integers in minor units; times are microseconds since 1970 UTC (…_at);
-- ids are typed text in time order ("ord_…"). SQL stays within what SQLite and PostgreSQL both speak.

-- People and organisations. role: buyer, merchant, arbiter, operator.
CREATE TABLE party (
    id TEXT PRIMARY KEY,              -- usr_, mch_, arb_, opr_
    role TEXT NOT NULL CHECK (role IN ('buyer', 'merchant', 'arbiter', 'operator')),
    name TEXT NOT NULL,               -- shown to people
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended')),
    webhook_secret BLOB,              -- sealed HMAC key of a merchant's or issuer's reports; NULL when none was made
    created_at INTEGER NOT NULL
) STRICT;

-- Bearer tokens; only the hash is kept.
CREATE TABLE token (
    hash BLOB PRIMARY KEY,            -- SHA-256 of the token
    party_id TEXT NOT NULL REFERENCES party (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
) WITHOUT ROWID, STRICT;

-- One immutable text of a refund policy. merchant_id is NULL for the platform's own.
CREATE TABLE policy (
    id TEXT PRIMARY KEY,              -- pol_
    merchant_id TEXT REFERENCES party (id),
    name TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    goods TEXT NOT NULL CHECK (goods IN ('card_key', 'service')),
    sha256 BLOB NOT NULL,             -- of the source bytes
    source TEXT NOT NULL,
    leaf_index INTEGER NOT NULL,      -- policy_snapshot
    published_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX policy_version ON policy (COALESCE(merchant_id, ''), name, version);

-- What is listed. The listing that an order pins is the JSON snapshot; a change makes a new snapshot and leaf.
CREATE TABLE product (
    id TEXT PRIMARY KEY,              -- prd_
    merchant_id TEXT NOT NULL REFERENCES party (id),
    kind TEXT NOT NULL CHECK (kind IN ('card_key', 'service')),
    category TEXT NOT NULL CHECK (category IN ('game_card', 'activation_code', 'top_up', 'boosting')),
    title TEXT NOT NULL,
    price INTEGER NOT NULL CHECK (price > 0),
    currency TEXT NOT NULL,
    face_value INTEGER,               -- what the card is worth at its issuer; NULL for a service
    policy_id TEXT NOT NULL REFERENCES policy (id),
    delivery_s INTEGER NOT NULL CHECK (delivery_s >= 0), -- promised time from payment to delivery or hand-over
    state TEXT NOT NULL CHECK (state IN ('active', 'paused')),
    listing TEXT NOT NULL,            -- canonical JSON shown to the buyer; for a service also standard and milestones
    listing_sha256 BLOB NOT NULL,
    listing_leaf_index INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX product_merchant ON product (merchant_id, id);

-- Data keys, one per merchant, wrapped by the key of the state directory.
CREATE TABLE data_key (
    id INTEGER PRIMARY KEY,
    merchant_id TEXT NOT NULL UNIQUE REFERENCES party (id),
    wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- One secret in stock. state: stock, reserved (an unpaid order holds it), sealed (delivered, not seen), revealed, redeemed, revoked.
CREATE TABLE card (
    id TEXT PRIMARY KEY,              -- crd_
    product_id TEXT NOT NULL REFERENCES product (id),
    merchant_id TEXT NOT NULL REFERENCES party (id),
    fingerprint BLOB NOT NULL UNIQUE, -- HMAC-SHA-256 of the normalised secret: a card sold elsewhere is refused
    data_key_id INTEGER NOT NULL REFERENCES data_key (id),
    sealed BLOB NOT NULL,             -- nonce, ciphertext, tag; bound to card, merchant and product
    salt BLOB NOT NULL,               -- of the commitment in the import leaf
    import_leaf_index INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('stock', 'reserved', 'sealed', 'revealed', 'redeemed', 'revoked')),
    order_id TEXT,                    -- the order that holds it
    revealed_at INTEGER,
    redeemed_at INTEGER,              -- as the issuer's or merchant's system reported it
    unused_at INTEGER,                -- when that system last said "not redeemed"
    revoked_at INTEGER
) STRICT;
CREATE INDEX card_stock ON card (product_id, id) WHERE state = 'stock';
CREATE INDEX card_order ON card (order_id) WHERE order_id IS NOT NULL;

-- One purchase, with everything that it pinned.
CREATE TABLE orders (
    id TEXT PRIMARY KEY,              -- ord_
    secret_hash BLOB NOT NULL,        -- SHA-256 of the secret that opens the order for a guest
    product_id TEXT NOT NULL REFERENCES product (id),
    kind TEXT NOT NULL CHECK (kind IN ('card_key', 'service')),
    merchant_id TEXT NOT NULL REFERENCES party (id),
    buyer_id TEXT REFERENCES party (id), -- NULL for a guest
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    fee INTEGER NOT NULL CHECK (fee >= 0),        -- the platform's share at release
    refunded INTEGER NOT NULL DEFAULT 0,          -- sum of refunds decided
    provider TEXT NOT NULL,
    pay_reference TEXT NOT NULL UNIQUE,           -- what the provider sees; neither id nor secret
    policy_id TEXT NOT NULL REFERENCES policy (id),
    listing_sha256 BLOB NOT NULL,
    consent TEXT,                                 -- canonical JSON of the confirmation, or NULL when none was given
    price_warning INTEGER NOT NULL DEFAULT 0 CHECK (price_warning IN (0, 1)), -- the price was far under others when it was bought
    state TEXT NOT NULL CHECK (state IN ('created', 'paid', 'delivered', 'disputed', 'released', 'refunded', 'split', 'expired')),
    service_state TEXT CHECK (service_state IN ('agreed', 'started', 'handed_over', 'accepted')),
    progress INTEGER NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100), -- per cent, as last recorded
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,                  -- of the stock reservation
    paid_at INTEGER,
    promised_at INTEGER,                          -- when delivery or hand-over is due
    delivered_at INTEGER,
    revealed_at INTEGER,                          -- first reveal of any card
    started_at INTEGER,
    handed_over_at INTEGER,
    release_at INTEGER,                           -- when escrow goes to the merchant unless a claim is open
    version INTEGER NOT NULL DEFAULT 1,           -- for ETag and compare-and-swap
    CHECK (refunded BETWEEN 0 AND amount)
) STRICT;
CREATE UNIQUE INDEX orders_secret ON orders (secret_hash); -- a guest's requests carry the secret and not always the id
CREATE INDEX orders_merchant ON orders (merchant_id, id);
CREATE INDEX orders_buyer ON orders (buyer_id, id) WHERE buyer_id IS NOT NULL;
CREATE INDEX orders_expiry ON orders (expires_at) WHERE state = 'created';
CREATE INDEX orders_release ON orders (release_at) WHERE state IN ('paid', 'delivered');

-- What the merchant recorded about a service: start, progress, milestone, hand-over, log-in.
CREATE TABLE service_event (
    order_id TEXT NOT NULL REFERENCES orders (id),
    sequence INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('start', 'progress', 'milestone', 'login', 'hand_over', 'accept')),
    progress INTEGER,                 -- per cent after this event
    note TEXT NOT NULL DEFAULT '',
    at INTEGER NOT NULL,
    leaf_index INTEGER NOT NULL,
    PRIMARY KEY (order_id, sequence)
) STRICT;

-- What happened outside any single order and decides who bears a failure: outages, policy changes, force majeure.
CREATE TABLE incident (
    id TEXT PRIMARY KEY,              -- inc_
    cause TEXT NOT NULL,              -- a value of the fact "cause"
    merchant_id TEXT,                 -- NULL: every merchant
    product_id TEXT,                  -- NULL: every product
    starts_at INTEGER NOT NULL,
    ends_at INTEGER,                  -- NULL while it goes on
    note TEXT NOT NULL,
    leaf_index INTEGER NOT NULL,
    at INTEGER NOT NULL,
    CHECK (ends_at IS NULL OR ends_at >= starts_at)
) STRICT;

-- Ledger: accounts, transactions, postings. Escrow is one account per currency; its postings carry the order.
CREATE TABLE ledger_account (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('provider', 'escrow', 'merchant_payable', 'merchant_bond', 'platform_fee',
        'goodwill', 'refunds_in_flight', 'advances_receivable', 'suspense', 'issuer_receivable')),
    owner TEXT NOT NULL DEFAULT '',   -- party id, or empty for the platform's own
    currency TEXT NOT NULL,
    minimum INTEGER,                  -- the balance may not fall below; NULL is unprotected
    balance INTEGER NOT NULL DEFAULT 0, -- sum of its postings, kept in the same transaction
    UNIQUE (kind, owner, currency),
    CHECK (minimum IS NULL OR balance >= minimum)
) STRICT;
CREATE TABLE ledger_transaction (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,               -- pay, refund, release, settle, bond_deposit, bond_draw, advance, recover, chargeback, …
    order_id TEXT,
    claim_id TEXT,
    at INTEGER NOT NULL,
    unique_key TEXT NOT NULL UNIQUE   -- what makes a retry harmless, for example "pay:sandbox:T123"
) STRICT;
CREATE TABLE ledger_posting (
    transaction_id INTEGER NOT NULL REFERENCES ledger_transaction (id),
    line INTEGER NOT NULL,
    account_id INTEGER NOT NULL REFERENCES ledger_account (id),
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount <> 0), -- positive raises the account's balance
    PRIMARY KEY (transaction_id, line)
) WITHOUT ROWID, STRICT;

-- Money that came in, one row for each trade of a provider.
CREATE TABLE payment (
    provider TEXT NOT NULL,
    trade TEXT NOT NULL,              -- the provider's own number
    order_id TEXT NOT NULL REFERENCES orders (id),
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    disposition TEXT NOT NULL CHECK (disposition IN ('order', 'suspense')), -- wrong amount, late or second payments wait in suspense
    refund_id TEXT,                   -- the refund that sent a payment in suspense back
    transaction_id INTEGER NOT NULL REFERENCES ledger_transaction (id),
    at INTEGER NOT NULL,
    PRIMARY KEY (provider, trade)
) WITHOUT ROWID, STRICT;
CREATE INDEX payment_order ON payment (order_id);
CREATE INDEX payment_suspense ON payment (transaction_id) WHERE disposition = 'suspense';

-- Money that goes back. One row for each decision to pay; its id is the provider's idempotency key.
CREATE TABLE refund (
    id TEXT PRIMARY KEY,              -- rfd_
    order_id TEXT NOT NULL REFERENCES orders (id),
    claim_id TEXT,                    -- NULL for an expired order's late payment
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'succeeded', 'failed')),
    provider TEXT NOT NULL,
    provider_number TEXT,             -- the provider's own number of the refund
    transaction_id INTEGER NOT NULL REFERENCES ledger_transaction (id),
    created_at INTEGER NOT NULL,
    settled_at INTEGER
) STRICT;
CREATE INDEX refund_order ON refund (order_id);
CREATE INDEX refund_claim ON refund (claim_id) WHERE claim_id IS NOT NULL;

-- Who bore a refund: one row for each source of the money.
CREATE TABLE refund_source (
    refund_id TEXT NOT NULL REFERENCES refund (id),
    line INTEGER NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('escrow', 'merchant_payable', 'merchant_bond', 'advance', 'platform', 'goodwill', 'issuer')),
    amount INTEGER NOT NULL CHECK (amount > 0),
    PRIMARY KEY (refund_id, line)
) WITHOUT ROWID, STRICT;

-- A buyer's request on an order. Stages and events: src/claim/transitions.def.
CREATE TABLE claim (
    id TEXT PRIMARY KEY,              -- clm_
    order_id TEXT NOT NULL REFERENCES orders (id),
    merchant_id TEXT NOT NULL,        -- of the order, for the merchant's inbox
    reason TEXT NOT NULL,
    statement TEXT NOT NULL DEFAULT '',
    stage TEXT NOT NULL CHECK (stage IN ('intake', 'merchant', 'negotiation', 'platform', 'appeal', 'settlement', 'closed')),
    waiting_for TEXT NOT NULL CHECK (waiting_for IN ('nobody', 'buyer', 'merchant', 'platform', 'provider')),
    deadline_at INTEGER,              -- NULL only when nobody is waited for
    deadline_default TEXT,            -- the event that silence becomes at the deadline
    asked_amount INTEGER NOT NULL CHECK (asked_amount > 0),
    policy_id TEXT NOT NULL REFERENCES policy (id),
    clause TEXT NOT NULL DEFAULT '',  -- that governs, or empty while unknown
    computed_outcome TEXT NOT NULL DEFAULT '', -- what the policy says: refund, refuse, review, or empty
    computed_amount INTEGER NOT NULL DEFAULT 0,
    bearer TEXT NOT NULL DEFAULT 'merchant' CHECK (bearer IN ('merchant', 'platform', 'goodwill', 'issuer')),
    outcome TEXT NOT NULL DEFAULT '', -- final: refunded, part_refunded, refused, withdrawn, replaced, lapsed; empty while open
    outcome_amount INTEGER NOT NULL DEFAULT 0,
    arbiter_id TEXT,                  -- who has or had the case at the platform stage
    appeal_arbiter_id TEXT,
    appeal_ground TEXT NOT NULL DEFAULT '',
    filed_at INTEGER NOT NULL,
    outer_at INTEGER NOT NULL,        -- fifteen days from filing
    closed_at INTEGER,
    event_count INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX claim_open ON claim (order_id) WHERE stage <> 'closed';
CREATE INDEX claim_order ON claim (order_id, id);
CREATE INDEX claim_merchant ON claim (merchant_id, id);
CREATE INDEX claim_deadline ON claim (deadline_at) WHERE deadline_at IS NOT NULL;
CREATE INDEX claim_platform ON claim (stage, id) WHERE stage IN ('platform', 'appeal');

-- Every step of a claim; append-only.
CREATE TABLE claim_event (
    claim_id TEXT NOT NULL REFERENCES claim (id),
    sequence INTEGER NOT NULL,        -- 1, 2, 3 …
    event TEXT NOT NULL,              -- a row of transitions.def
    from_stage TEXT NOT NULL,         -- '-' for the first
    to_stage TEXT NOT NULL,
    actor_role TEXT NOT NULL,         -- buyer, merchant, arbiter, operator, clock, provider, system
    actor_id TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '{}', -- canonical JSON: note, offer, amount, clause …
    leaf_index INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (claim_id, sequence)
) WITHOUT ROWID, STRICT;

-- Facts that a party, an item of evidence or an arbiter added to a claim. The platform's own records are read afresh.
CREATE TABLE claim_fact (
    claim_id TEXT NOT NULL REFERENCES claim (id),
    fact TEXT NOT NULL,
    value TEXT NOT NULL,              -- as the policy language writes it
    source TEXT NOT NULL CHECK (source IN ('issuer', 'evidence', 'buyer', 'merchant', 'arbiter', 'record')),
    leaf_index INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (claim_id, fact)
) WITHOUT ROWID, STRICT;

-- Files of a claim; the bytes are in the state directory under their hash.
CREATE TABLE evidence (
    id TEXT PRIMARY KEY,              -- evd_
    claim_id TEXT NOT NULL REFERENCES claim (id),
    uploader_role TEXT NOT NULL,
    uploader_id TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL,               -- a proof of facts.def, or 'other'
    file_name TEXT NOT NULL,          -- as the client named it; never a path
    media_type TEXT NOT NULL,         -- from the magic bytes
    size INTEGER NOT NULL CHECK (size > 0),
    sha256 BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('received', 'accepted', 'rejected')),
    state_reason TEXT NOT NULL DEFAULT '',
    leaf_index INTEGER NOT NULL UNIQUE,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX evidence_claim ON evidence (claim_id, id);

-- Words between the parties of a claim.
CREATE TABLE message (
    id TEXT PRIMARY KEY,              -- msg_
    claim_id TEXT NOT NULL REFERENCES claim (id),
    from_role TEXT NOT NULL,
    from_id TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL,
    contact_flag INTEGER NOT NULL DEFAULT 0 CHECK (contact_flag IN (0, 1)), -- looks like contact outside the platform
    leaf_index INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX message_claim ON message (claim_id, id);

-- Structured proposals, both ways. At most one is open for each claim.
CREATE TABLE offer (
    id TEXT PRIMARY KEY,              -- ofr_
    claim_id TEXT NOT NULL REFERENCES claim (id),
    from_role TEXT NOT NULL CHECK (from_role IN ('buyer', 'merchant')),
    kind TEXT NOT NULL CHECK (kind IN ('full', 'partial', 'replacement', 'redo', 'extend')),
    amount INTEGER NOT NULL CHECK (amount >= 0), -- refunded if accepted
    extend_s INTEGER NOT NULL DEFAULT 0,         -- more time for the merchant: replacement, redo, extend
    note TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'expired', 'replaced')),
    expires_at INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX offer_claim ON offer (claim_id, id);
CREATE UNIQUE INDEX offer_open ON offer (claim_id) WHERE state = 'open';

-- Every decision: of the rule itself, of an arbiter, of an appeal, by silence or by agreement. The certificate is the leaf's item.
CREATE TABLE decision (
    id TEXT PRIMARY KEY,              -- dec_
    claim_id TEXT NOT NULL REFERENCES claim (id),
    basis TEXT NOT NULL CHECK (basis IN ('rule', 'silence', 'agreement', 'arbiter', 'appeal', 'platform_silence')),
    outcome TEXT NOT NULL CHECK (outcome IN ('refund', 'refuse')),
    amount INTEGER NOT NULL CHECK (amount >= 0),
    clause TEXT NOT NULL,
    bearer TEXT NOT NULL,
    arbiter_id TEXT,
    deviation_reason TEXT NOT NULL DEFAULT '', -- why it departs from what the rule computed
    second_id TEXT,                   -- who confirmed a deviation
    state TEXT NOT NULL CHECK (state IN ('proposed', 'final', 'replaced', 'rejected')), -- proposed: waits for the second person
    certificate_sha256 BLOB NOT NULL,
    leaf_index INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX decision_claim ON decision (claim_id, id);

-- The evidence log: one row for each leaf, bytes verbatim. subject is the order, product, policy or party that it is about.
CREATE TABLE leaf (
    leaf_index INTEGER PRIMARY KEY,   -- dense from 0
    subject TEXT NOT NULL,
    sequence INTEGER NOT NULL,        -- within the subject, dense from 1
    kind TEXT NOT NULL,
    body BLOB NOT NULL,               -- RFC 8785 JSON, at most 4096 bytes
    salt BLOB,                        -- 32 bytes; NULL after erasure
    item BLOB,                        -- what the commitment is over; NULL for a file in the state directory, or after erasure
    UNIQUE (subject, sequence)
) STRICT;
-- Full tiles of 256 hashes (C2SP tlog-tiles); partial ones are derived.
CREATE TABLE log_tile (
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB NOT NULL,             -- 8192 bytes
    PRIMARY KEY (level, number)
) WITHOUT ROWID, STRICT;
-- Signed heads, one for each commit that added leaves.
CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY,
    root BLOB NOT NULL,
    note TEXT NOT NULL,               -- C2SP signed note
    at INTEGER NOT NULL
) STRICT;

-- Work to do outside the transaction that asked for it. kind: a row of src/service/jobs.def.
CREATE TABLE job (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,          -- the refund, order … that it is about
    state TEXT NOT NULL CHECK (state IN ('due', 'done', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    run_at INTEGER NOT NULL,
    last_error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX job_due ON job (run_at) WHERE state = 'due';

-- Answers to requests that carried an Idempotency-Key; status and body are returned byte for byte.
CREATE TABLE idempotency (
    id INTEGER PRIMARY KEY,           -- in order of time: the oldest are purged without an index on time
    scope TEXT NOT NULL,              -- caller and route
    key TEXT NOT NULL,
    request_sha256 BLOB NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (scope, key)               -- rows are appended, only this index is in random order: bodies stay out of it
) STRICT;

-- Small durable values: log identity, schema facts, safe mode.
CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID, STRICT;
