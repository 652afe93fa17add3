/* SPDX-License-Identifier: Apache-2.0 */
/* The evidence log for anybody who wants to check it: signed heads, tiles, proofs. Leaves commit to items and never hold them. */
#ifndef SHUNTUI_SERVICE_LOG_VIEW_H
#define SHUNTUI_SERVICE_LOG_VIEW_H

#include "service/service.h"

/* The last signed head as a C2SP note, in the call's arena. Fails with NOT_FOUND while the log is empty. */
int service_log_checkpoint(struct service_call *call, struct text *ret, struct error *error);
/* A full tile of 256 hashes (C2SP tlog-tiles) as bytes in the call's arena. Fails with NOT_FOUND while it isn't full. */
int service_log_tile_get(struct service_call *call, int64_t level, int64_t number, struct text *ret,
                         struct error *error);
/* The proof (c2sp.org/tlog-proof@v1) that the last head covers the leaf. The leaf's own bytes say whose case it is, so only
 * the platform's people get them here; a party has its own in the bundle. Fails with NOT_FOUND. */
int service_log_proof_write(struct service_call *call, int64_t index, struct json_writer *ret, struct error *error);
/* The proof that the last head continues the log of the first `from` leaves (RFC 9162 section 2.1.4). Fails with FIELD_RANGE. */
int service_log_consistency_write(struct service_call *call, int64_t from, struct json_writer *ret,
                                  struct error *error);

#endif
