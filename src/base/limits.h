/* SPDX-License-Identifier: Apache-2.0 */
/* Every limit has a name and a reason. */
#ifndef SHUNTUI_BASE_LIMITS_H
#define SHUNTUI_BASE_LIMITS_H

#define LIMIT_REQUEST_BODY_BYTES (256 * 1024)        /* JSON bodies; the largest is a stock import of 500 cards */
#define LIMIT_RESPONSE_BYTES (4 * 1024 * 1024)       /* the largest is a page of 100 orders with their claims */
#define LIMIT_REQUEST_ARENA_BYTES (16 * 1024 * 1024) /* what one request may build in memory */
#define LIMIT_JSON_DEPTH 32                          /* no format of ours nests deeper than ten */
#define LIMIT_LEAF_BYTES 4096                        /* evidence study, section 0 */
#define LIMIT_POLICY_BYTES (64 * 1024)               /* a policy is read by people; 40 clauses are about 12 KiB */
#define LIMIT_TERMS_BYTES (64 * 1024) /* free text for the lint; the rules of a large shop are about 10 KiB */
#define LIMIT_POLICY_CLAUSES 128
#define LIMIT_IMPORT_CARDS 500                  /* cards in one import request */
#define LIMIT_CARD_BYTES 512                    /* one card secret */
#define LIMIT_ORDER_QUANTITY 100                /* cards of one order */
#define LIMIT_MESSAGE_BYTES 4000                /* one message in a claim */
#define LIMIT_EVIDENCE_BYTES (20 * 1024 * 1024) /* one file: evidence study, section 5 */
#define LIMIT_FILE_NAME_BYTES 200               /* as the client names its file */
#define LIMIT_EVIDENCE_FILES 30                 /* files of one claim: security study 4.7 */
#define LIMIT_UPLOAD_PIECE_BYTES (512 * 1024)   /* one piece of a file: UX study, section 2.5 */
#define LIMIT_UPLOAD_S 86400                    /* an upload lives a day: long enough for a night without a network */
#define LIMIT_UPLOADS_SIDE 8 /* open at once, of one side of a claim: more than a person picks in one go */
#define LIMIT_UPLOADS_SIDE_BYTES (INT64_C(80) * 1024 * 1024) /* … announced: four of the largest files */
#define LIMIT_UPLOADS_ALL 2000                               /* open at once, of everybody */
#define LIMIT_UPLOADS_ALL_BYTES                                                                                        \
    (INT64_C(8) * 1024 * 1024 * 1024) /* … announced: bounds what strangers can fill a disk with */
#define LIMIT_IDEMPOTENCY_KEY_BYTES 64
#define LIMIT_PAGE_ITEMS 100   /* items of one page of a list */
#define LIMIT_TABLE_ROWS 10000 /* lines of one table for a spreadsheet: a year of a small shop, about 2 MiB */

#endif
