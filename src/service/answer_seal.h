/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that hold a secret are kept for repeated requests, but only sealed with the master key. */
#ifndef SHUNTUI_SERVICE_ANSWER_SEAL_H
#define SHUNTUI_SERVICE_ANSWER_SEAL_H

#include "service/service.h"

/* Appends the sealed form of an answer; `bound_to` (caller, route, key) must be the same when it is opened. */
int service_answer_seal(struct service *service, struct text bound_to, struct text answer, struct buffer *out,
                        struct error *error);
/* Fails with INTERNAL when key, bytes or bound_to differ. */
int service_answer_open(struct service *service, struct text bound_to, struct text sealed, struct buffer *out,
                        struct error *error);

#endif
