-- SPDX-License-Identifier: Apache-2.0
-- Tokens can be listed, named, limited and revoked; and a token can be exchanged for a session, which a browser holds in a cookie.

ALTER TABLE token RENAME TO token_before;

-- Bearer tokens and sessions; only the hash of the secret is kept.
CREATE TABLE token (
    hash BLOB PRIMARY KEY,            -- SHA-256 of the secret: tok_… or ses_…
    id TEXT NOT NULL UNIQUE,          -- tkn_; no secret
    party_id TEXT NOT NULL REFERENCES party (id),
    kind TEXT NOT NULL CHECK (kind IN ('token', 'session')),
    scope TEXT NOT NULL CHECK (scope IN ('full', 'claims', 'read')), -- what its holder may do for the party
    label TEXT NOT NULL,              -- who or what holds it, in the party's words; may be empty
    parent_id TEXT,                   -- the token that a session was exchanged for: it ends with it
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,      -- of a session: moves on while it is used
    limit_at INTEGER NOT NULL,        -- but never beyond this
    used_at INTEGER,                  -- last use, to some minutes; NULL: not used yet
    revoked_at INTEGER
) WITHOUT ROWID, STRICT;

INSERT INTO token (hash, id, party_id, kind, scope, label, created_at, expires_at, limit_at, revoked_at)
    SELECT hash, 'tkn_00' || lower(hex(randomblob(12))), party_id, 'token', 'full', '', created_at, expires_at, expires_at, revoked_at FROM token_before;
DROP TABLE token_before;

CREATE INDEX token_party ON token (party_id, id);
CREATE INDEX token_parent ON token (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX token_session_end ON token (expires_at) WHERE kind = 'session';
