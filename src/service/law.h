/* SPDX-License-Identifier: Apache-2.0 */
/* The articles of law that our deadlines and defaults cite, as a bundle carries them (data/law/clauses.json). */
#ifndef SHUNTUI_SERVICE_LAW_H
#define SHUNTUI_SERVICE_LAW_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define SERVICE_LAW_BYTES (16 * 1024)

struct service_law {
    const char *code, *law, *short_name;
    int number;
    const char *article, *effective_from, *key_words, *used_for, *source;
};
const struct service_law *service_laws(size_t *ret_count);
/* Appends the rows in force on the day of that instant in China, and a newline; nothing at all when none was. The same day
 * gives the same bytes. */
void service_law_write(int64_t at_us, struct buffer *out);

#endif
