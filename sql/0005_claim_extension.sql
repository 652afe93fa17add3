-- SPDX-License-Identifier: Apache-2.0
-- A clause may let the merchant extend the time to answer once (policy language: `extension 20 hours`).

-- Seconds by which the merchant may still extend; 0 when the clause gives none, or it was used.
ALTER TABLE claim ADD COLUMN extension_s INTEGER NOT NULL DEFAULT 0 CHECK (extension_s >= 0);
