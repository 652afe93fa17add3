-- SPDX-License-Identifier: Apache-2.0
-- Files that come in pieces and may be continued after a break, and the originals of copies.

-- A file on its way. The bytes are in uploads/ of the state directory under this id; those up to `stored` are on disk.
CREATE TABLE upload (
    id TEXT PRIMARY KEY,              -- upl_
    claim_id TEXT NOT NULL REFERENCES claim (id),
    uploader_role TEXT NOT NULL,
    uploader_id TEXT NOT NULL DEFAULT '', -- empty for a guest
    kind TEXT NOT NULL,               -- of the evidence that it will be
    file_name TEXT NOT NULL,          -- as the client named it; never a path
    size INTEGER NOT NULL CHECK (size > 0), -- as announced
    stored INTEGER NOT NULL DEFAULT 0 CHECK (stored BETWEEN 0 AND size),
    sha256 BLOB,                      -- as announced; NULL when it was not
    original_sha256 BLOB,             -- of the picture that this one is a copy of; NULL for none
    evidence_id TEXT REFERENCES evidence (id), -- that it became; NULL while it is open
    expires_at INTEGER NOT NULL,      -- then row and bytes go; an upload that is given up expires at once
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX upload_expiry ON upload (expires_at);
CREATE INDEX upload_open ON upload (claim_id, uploader_role, expires_at, size) WHERE evidence_id IS NULL;

ALTER TABLE evidence ADD COLUMN original_sha256 BLOB; -- of the original of this copy, as the uploader stated it
ALTER TABLE evidence ADD COLUMN original_leaf_index INTEGER; -- document: that statement
