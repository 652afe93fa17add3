-- SPDX-License-Identifier: Apache-2.0
-- How long a merchant takes to answer stands on every page of its products.

-- Seconds from the moment the merchant was asked to its answer, or to the end of its time if it stayed silent; NULL while it was not
-- asked, has not answered, or the claim ended without it.
ALTER TABLE claim ADD COLUMN answer_s INTEGER CHECK (answer_s >= 0);
UPDATE claim SET answer_s = (
    SELECT CASE WHEN asked.at > answer.at THEN 0 ELSE (answer.at - asked.at) / 1000000 END
    FROM claim_event AS answer, claim_event AS asked
    WHERE answer.claim_id = claim.id AND answer.from_stage = 'merchant' AND answer.to_stage <> 'merchant'
        AND answer.actor_role IN ('merchant', 'clock')
        AND asked.claim_id = claim.id AND asked.to_stage = 'merchant' AND asked.sequence < answer.sequence
    ORDER BY answer.sequence, asked.sequence
    LIMIT 1
);
CREATE INDEX claim_answer ON claim (merchant_id, id, answer_s) WHERE answer_s IS NOT NULL;
