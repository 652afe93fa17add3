/* SPDX-License-Identifier: Apache-2.0 */
/* When a new version may take effect: the notice that the law asks for (notice.def), and the day that its own text names. Pure. */
#ifndef SHUNTUI_SERVICE_NOTICE_PERIOD_H
#define SHUNTUI_SERVICE_NOTICE_PERIOD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"
#include "law/law.h"
#include "policy/policy.h"

struct service_notice_period {
    int64_t days;                      /* 0: a first version needs none */
    const struct law_article *article; /* why; NULL with 0 days */
    int64_t earliest_at;               /* microseconds: not before, by the notice and by the text's own day */
};

/* is_first: nothing of that line was published before. harms_buyer: in some situation than what it follows. */
void service_notice_period(const struct policy *policy, bool is_first, bool harms_buyer, int64_t published_at,
                           struct service_notice_period *ret);
/* The instant at which it takes effect. wanted_at 0: the earliest. Fails with POLICY_NOTICE, and FIELD_RANGE beyond a year. */
int service_notice_apply(const struct service_notice_period *period, int64_t wanted_at, int64_t published_at,
                         int64_t *ret_effective_at, struct error *error);
/* {"article","days","earliest_at","law"} */
void service_notice_period_write(struct json_writer *writer, const struct service_notice_period *period);

#endif
